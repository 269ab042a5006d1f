"""The words of the demo letters. All invented; the laws named are real."""

from __future__ import annotations

AUTHOR = "Sekretariat Daerah Kabupaten Solok (contoh)"

UNDANGAN = {
    "title": "Undangan Rapat Koordinasi SPBE",
    "author": AUTHOR,
    "date": "Arosuka, 23 November 2026",
    "facts": [
        ("Nomor", "000.1.5/118/UM-2026"),
        ("Sifat", "Biasa"),
        ("Lampiran", "–"),
        ("Hal", "Undangan Rapat Koordinasi SPBE"),
    ],
    "to": [("Yth.", "Kepala Perangkat Daerah"), ("", "se-Kabupaten Solok"), ("di", "Tempat")],
    "opening": [
        "Dalam rangka percepatan penerapan Sistem Pemerintahan Berbasis Elektronik (SPBE) dan persiapan penggunaan tanda "
        "tangan elektronik pada naskah dinas mulai tahun 2027, dengan ini kami mengundang Saudara untuk hadir pada "
        "rapat koordinasi yang akan dilaksanakan pada:"
    ],
    "event": [
        ("hari, tanggal", "Selasa, 1 Desember 2026"),
        ("waktu", "09.00 WIB s.d. selesai"),
        ("tempat", "Ruang Rapat Sekretariat Daerah, Arosuka"),
        (
            "acara",
            "1. Hasil penilaian mandiri SPBE tahun 2026<br/>2. Kesiapan sertifikat elektronik pejabat<br/>"
            "3. Penanganan surat bagi nagari tanpa sinyal",
        ),
    ],
    "closing": [
        "Mengingat pentingnya acara tersebut, Saudara diminta hadir tepat waktu dan membawa data jumlah naskah dinas "
        "yang diterbitkan selama tahun 2026 di unit kerja masing-masing.",
        "Demikian disampaikan, atas perhatian dan kehadiran Saudara diucapkan terima kasih.",
    ],
    "office": ["a.n. BUPATI SOLOK", "&nbsp;" * 7 + "SEKRETARIS DAERAH,"],
    "copies": ["Bupati Solok (sebagai laporan);", "Wakil Bupati Solok."],
}

EDARAN = {
    "title": "Kewajiban Penggunaan Tanda Tangan Elektronik bagi Perangkat Daerah",
    "author": AUTHOR,
    "to": ["Kepala Perangkat Daerah, Camat, dan Wali Nagari<br/>di lingkungan Pemerintah Kabupaten Solok"],
    "heading": [
        "<b>SURAT EDARAN</b>",
        "NOMOR 000.8.3.4/119/OR-2026",
        "",
        "TENTANG",
        "",
        "<b>KEWAJIBAN PENGGUNAAN TANDA TANGAN ELEKTRONIK<br/>BAGI PERANGKAT DAERAH</b>",
    ],
    "sections": [
        (
            "Latar Belakang",
            [
                "Kabupaten Solok terdiri atas empat belas kecamatan dengan jarak tempuh yang panjang dan jaringan "
                "telekomunikasi yang belum merata. Naskah dinas yang menunggu tanda tangan sering tertahan karena pejabat "
                "yang berwenang sedang melaksanakan perjalanan dinas, sehingga pelayanan kepada masyarakat ikut tertunda.",
                "Tanda tangan elektronik memungkinkan pejabat memeriksa dan menandatangani naskah dinas dari mana saja, "
                "dan memungkinkan setiap penerima surat memeriksa sendiri keasliannya. Agar penggunaannya seragam, tertib, "
                "dan dapat dipertanggungjawabkan, perlu ditetapkan ketentuan yang berlaku bagi seluruh perangkat daerah.",
            ],
        ),
        (
            "Maksud dan Tujuan",
            [
                "Surat edaran ini dimaksudkan sebagai pedoman bagi perangkat daerah dalam menyiapkan, memeriksa, "
                "menandatangani, dan menyimpan naskah dinas elektronik, dengan tujuan:",
                [
                    "mempercepat penyelesaian naskah dinas tanpa mengurangi ketelitian pemeriksaannya;",
                    "menjamin keaslian dan keutuhan naskah dinas yang diterima masyarakat;",
                    "mengurangi penggunaan kertas dan biaya pengiriman antarinstansi; dan",
                    "membiasakan pejabat menandatangani sendiri naskah dinas dengan perangkatnya sendiri.",
                ],
            ],
        ),
        (
            "Ruang Lingkup",
            [
                "Surat edaran ini berlaku bagi surat dinas, surat undangan, surat tugas, surat edaran, nota dinas, surat "
                "keterangan, dan surat pengantar. Keputusan, perjanjian, dan naskah yang menurut peraturan "
                "perundang-undangan harus dibuat dalam bentuk tertentu dikecualikan dari surat edaran ini."
            ],
        ),
        (
            "Dasar Hukum",
            [
                [
                    "Undang-Undang Nomor 11 Tahun 2008 tentang Informasi dan Transaksi Elektronik sebagaimana telah "
                    "beberapa kali diubah, terakhir dengan Undang-Undang Nomor 1 Tahun 2024;",
                    "Peraturan Pemerintah Nomor 71 Tahun 2019 tentang Penyelenggaraan Sistem dan Transaksi Elektronik;",
                    "Peraturan Presiden Nomor 95 Tahun 2018 tentang Sistem Pemerintahan Berbasis Elektronik; dan",
                    "Peraturan Menteri Dalam Negeri Nomor 1 Tahun 2023 tentang Tata Naskah Dinas di Lingkungan Pemerintah "
                    "Daerah.",
                ]
            ],
        ),
        (
            "Ketentuan",
            [
                "Sehubungan dengan hal tersebut, kepada Saudara disampaikan hal-hal sebagai berikut:",
                [
                    "Setiap pejabat penandatangan mendaftarkan diri kepada petugas pendaftaran pada Dinas Komunikasi dan "
                    "Informatika dengan menunjukkan identitas asli. Pendaftaran tidak dapat diwakilkan.",
                    "Kata sandi dan kode autentikator hanya boleh diketahui oleh pejabat yang bersangkutan. Menyerahkan "
                    "keduanya kepada ajudan, staf, atau pihak lain merupakan pelanggaran disiplin.",
                    "Pengonsep mengunggah naskah dalam bentuk PDF yang dibuat langsung dari aplikasi pengolah kata, bukan "
                    "hasil pindai, dan memastikan nomor, tanggal, sifat, serta hal surat telah benar sebelum diajukan.",
                    "Tempat tanda tangan disediakan di bawah nama jabatan dan tidak boleh menutupi tulisan yang telah ada.",
                    "Pejabat membaca seluruh halaman dan mencocokkan kode kendali sebelum menyetujui naskah. Naskah yang "
                    "belum benar dikembalikan dengan alasan, bukan ditandatangani lalu diperbaiki.",
                    "Naskah yang telah ditandatangani tidak boleh diubah, dipindai ulang, ataupun dimampatkan. Berkas "
                    "aslinya dikirim kepada penerima dalam bentuk elektronik.",
                    "Apabila dicetak, hasil cetak memuat kode QR yang mengarah ke halaman pemeriksaan. Penerima "
                    "mencocokkan nomor, tanggal, hal, dan isi cetakan dengan yang tampil pada halaman tersebut.",
                    "Naskah dengan sifat rahasia hanya ditampilkan kepada yang berhak; halaman pemeriksaan untuk umum "
                    "tidak menampilkan isinya.",
                    "Naskah yang keliru dicabut atau diganti melalui aplikasi oleh pejabat penandatangan dengan "
                    "menyebutkan alasannya, sehingga penerima yang memeriksa segera mengetahuinya.",
                    "Telepon genggam yang hilang dilaporkan pada hari yang sama agar aksesnya dapat dihentikan.",
                ],
            ],
        ),
        (
            "Tahapan Pelaksanaan",
            [
                "Pelaksanaan dilakukan secara bertahap dengan jadwal sebagai berikut:",
                [
                    ("No.", "Tahapan", "Waktu"),
                    ("1.", "Pendaftaran dan pemeriksaan identitas pejabat penandatangan", "1 s.d. 11 Desember 2026"),
                    (
                        "2.",
                        "Bimbingan teknis bagi pengonsep, pemaraf, dan petugas tata usaha",
                        "14 s.d. 18 Desember 2026",
                    ),
                    ("3.", "Uji coba pada Sekretariat Daerah dan Dinas Komunikasi dan Informatika", "Januari 2027"),
                    ("4.", "Penerapan pada seluruh perangkat daerah", "1 Februari 2027"),
                    ("5.", "Penerapan pada kecamatan dan nagari", "1 April 2027"),
                    ("6.", "Evaluasi pertama dan laporan kepada Bupati", "Juli 2027"),
                ],
                "Kecamatan dan nagari yang belum terjangkau jaringan tetap dapat menggunakan naskah dinas tercetak dengan "
                "tanda tangan basah sampai jaringan tersedia, dan melaporkan keadaannya setiap triwulan kepada Dinas "
                "Komunikasi dan Informatika.",
            ],
        ),
        (
            "Pembinaan dan Pengawasan",
            [
                "Dinas Komunikasi dan Informatika memberikan pendampingan teknis, Bagian Organisasi membina tata naskah "
                "dinasnya, dan Inspektorat mengawasi pelaksanaan surat edaran ini. Kendala dalam pelaksanaan disampaikan "
                "kepada Sekretaris Daerah melalui Bagian Organisasi."
            ],
        ),
        (
            "Penutup",
            [
                "Surat edaran ini mulai berlaku pada tanggal ditetapkan. Dengan berlakunya surat edaran ini, setiap kepala "
                "perangkat daerah bertanggung jawab atas pelaksanaannya di unit kerja masing-masing.",
                "Demikian surat edaran ini disampaikan untuk dilaksanakan sebagaimana mestinya.",
            ],
        ),
    ],
    "office": ["Ditetapkan di Arosuka", "pada tanggal 23 November 2026", "", "SEKRETARIS DAERAH,"],
    "person": ["<u><b>Sari Contoh, S.H., M.Si.</b></u>", "Pembina Utama Madya (IV/d)", "NIP 00000000 000000 0 101"],
    "copies": ["Bupati Solok (sebagai laporan);", "Wakil Bupati Solok;", "Inspektur Kabupaten Solok."],
}
