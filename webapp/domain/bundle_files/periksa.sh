#!/bin/sh
# Memeriksa surat ini tanpa sistem penerbitnya. Checks this letter without the system that issued it.
# Perlu / needs: pdfsig (poppler-utils), openssl 3, sha256sum.
set -eu
cd "$(dirname "$0")"
sha256sum --check --quiet SHA256SUMS
here=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp surat.pdf "$work" && cd "$work"
export LC_ALL=C
pdfsig -nocert surat.pdf > told 2> /dev/null || true
pdfsig -nocert -dump surat.pdf > dumped 2> /dev/null
field() { sed -n "/^Signature #$2:/,/^Signature #$(($2 + 1)):/s/^  - $1: //p" told; }
roots=$here/sertifikat/akar.pem chain=$here/sertifikat/rantai.pem at=$(cat "$here/sertifikat/waktu.txt")
number=0
total=$(grep -c '^Signature #' told || true)
[ "$total" -gt 0 ] || { echo "GAGAL: tidak ada tanda tangan / FAILED: no signature"; exit 1; }
while [ "$number" -lt "$total" ]; do
  line=$((number + 1))
  set -- $(field 'Signed Ranges' $line | tr -cd '0-9 ')
  { tail -c +$(($1 + 1)) surat.pdf | head -c $(($2 - $1)); tail -c +$(($3 + 1)) surat.pdf | head -c $(($4 - $3)); } > signed
  # pdfsig does not judge time-stamps (RFC 3161) and calls their type unknown; openssl knows one when it reads it.
  if openssl ts -reply -token_in -in surat.pdf.sig$number -text > stamp 2> /dev/null; then
    what="stempel waktu / time-stamp, $(sed -n 's/^Time stamp: //p' stamp)"
    openssl ts -verify -token_in -in surat.pdf.sig$number -data signed -CAfile "$roots" -untrusted "$chain" \
      -attime "$at" > checked 2>&1 || { cat checked; echo "GAGAL / FAILED: $line"; exit 1; }
  else
    what=$(field 'Signer Certificate Common Name' $line)
    [ "$(field 'Signature Validation' $line)" = "Signature is Valid." ] || { echo "GAGAL / FAILED: $line"; exit 1; }
    openssl cms -verify -binary -inform DER -in surat.pdf.sig$number -content signed -out /dev/null -CAfile "$roots" \
      -certfile "$chain" -purpose any -attime "$at" > checked 2>&1 || { cat checked; echo "GAGAL / FAILED: $line"; exit 1; }
  fi
  echo "Sah / valid: $line ($what)"
  number=$line
done
grep -q "^  - Total document signed" told ||
  echo "PERHATIAN: akhir berkas di luar tanda tangan / NOTE: the end of the file is outside every signature (README.txt)"
echo "SIDIK AKAR: samakan dengan yang diumumkan kantor / ROOT FINGERPRINT: compare with the one the office published"
openssl x509 -in "$here/sertifikat/akar.pem" -noout -fingerprint -sha256
