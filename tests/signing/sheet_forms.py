"""The texts of the letters in sheets.py: left edge in points, then a paragraph; one without an edge goes on above it.

A bar begins another cell, with its own left edge. Facts stand in braces. The first forms name people by titles or
labels; in PLAIN only the place on the page, or a polite word, says that something is a name.
"""

FORMS = (
    """
360 Arosuka, {date[0]}
72 Nomor      : {number[0]}
72 Sifat        : Biasa
72 Lampiran  : -
72 Hal           : Undangan rapat koordinasi SPBE
72
72 Yth. Kepala Perangkat Daerah di lingkungan Pemerintah Kabupaten Contoh
72
72 Sehubungan dengan evaluasi penyelenggaraan Sistem Pemerintahan Berbasis Elektronik, bersama ini kami mengundang
   Saudara untuk hadir pada rapat koordinasi yang akan dilaksanakan pada:
72
96 Tanggal  : {date[1]}
96 Pukul     : 09.00 WIB sampai dengan selesai
96 Tempat  : Ruang Rapat Sekretariat Daerah, Arosuka
72
72 Biaya pelaksanaan rapat sebesar {amount[0]} dibebankan pada anggaran Sekretariat Daerah, dengan uang harian peserta
   sebesar {amount[1]} untuk setiap kegiatan. Mengingat pentingnya acara, kehadiran Saudara tidak diwakilkan.
72 Demikian kami sampaikan, atas perhatian dan kehadiran Saudara diucapkan terima kasih.
72
""",
    """
250 SURAT TUGAS
190 NOMOR {number[0]}
72
72 Dasar: Peraturan Bupati tentang Kedudukan, Susunan Organisasi, Tugas dan Fungsi serta Tata Kerja Sekretariat
   Daerah, perlu menugaskan pegawai untuk mengikuti bimbingan teknis.
250 MEMERINTAHKAN:
72 1. Nama      : {name[1]}
86 NIP         : {nip[1]}
86 Jabatan   : Analis Kebijakan pada Bagian Organisasi
72 2. Nama      : {name[2]}
86 NIP         : {nip[2]}
86 Jabatan   : Analis Kebijakan pada Bagian Organisasi
72 3. Nama      : {name[3]}
86 NIP         : {nip[3]}
86 Jabatan   : Analis Kebijakan pada Bagian Organisasi
72
72 Untuk mengikuti bimbingan teknis pengelolaan arsip pada tanggal {date[0]} di Padang, dengan biaya perjalanan dinas
   sebesar {amount[0]} untuk setiap orang.
72 Surat tugas ini dibuat untuk dilaksanakan dengan penuh tanggung jawab.
72
310 Ditetapkan di Arosuka, {date[1]}
""",
    """
360 Arosuka, {date[0]}
72 Nomor      : {number[0]}
72 Hal           : Persetujuan pembayaran bantuan
72
72 Yth. Kepala Badan Keuangan Daerah di Arosuka
72
72 Berdasarkan hasil verifikasi berkas permohonan yang diterima pada tanggal {date[1]}, dengan ini kami menyetujui
   pembayaran bantuan sosial kepada penerima berikut:
72
96 Nama      : {name[1]}
96 NIK         : {nip[1]}
96 Alamat    : Nagari Koto Gaek, Kecamatan Gunung Talang
96 Jumlah    : {amount[0]}
72
72 Sisa anggaran setelah pembayaran tersebut sebesar {amount[1]} tetap disimpan pada kas daerah. Pembayaran dilakukan
   melalui pemindahbukuan ke rekening penerima dan dilaporkan selambatnya satu minggu.
72 Demikian disampaikan untuk dilaksanakan sebagaimana mestinya.
72
""",
)
PLAIN = (
    """
360 Arosuka, {date[0]}
72 Nomor      : {number[0]}
72 Hal           : Panggilan
72
72 Yth. {person[1]}
72 di Arosuka
72
72 Sehubungan dengan pemeriksaan kelengkapan berkas, bersama ini kami meminta kehadiran Saudara {person[2]} bersama
   {person[1]} pada hari Senin tanggal {date[1]} di Ruang Rapat Sekretariat Daerah, dengan membawa berkas asli.
72 Bantuan sebesar {amount[0]} dibayarkan atas nama {person[3]} setelah berkas dinyatakan lengkap oleh panitia.
72 Demikian disampaikan untuk dilaksanakan sebagaimana mestinya.
72
""",
    """
250 PENGUMUMAN
190 NOMOR {number[0]}
72
72 Berdasarkan hasil seleksi administrasi yang ditetapkan pada tanggal {date[0]}, peserta yang dinyatakan lulus dan
   berhak mengikuti ujian adalah sebagai berikut:
72
80 No |110 Nama |290 Nomor Peserta |420 Keterangan
80 1 |110 {person[1]} |290 {nip[1]} |420 Lulus
80 2 |110 {person[2]} |290 {nip[2]} |420 Lulus
80 3 |110 {person[3]} |290 {nip[3]} |420 Cadangan
72
72 Peserta wajib melakukan daftar ulang paling lambat tanggal {date[1]} dan membayar biaya sebesar {amount[0]}.
72
""",
    """
360 Arosuka, {date[0]}
72 Nomor      : {number[0]}
72 Hal           : Permintaan narasumber
72
72 Kepada
72 Yth. Sdr. {person[1]}
72 di Tempat
72
72 Dalam rangka peningkatan kapasitas aparatur, kami meminta kesediaan Bapak {person[1]} dan Ibu {person[2]} menjadi
   narasumber pada tanggal {date[1]}, dengan honorarium sebesar {amount[0]} untuk setiap orang.
72 Untuk keterangan lebih lanjut dapat menghubungi Sdri. {person[3]} pada Bagian Organisasi Sekretariat Daerah.
72
""",
)
