"""What can be refused, in words for people. Bahasa Indonesia is the source; webapp/errors.py translates and answers."""

from __future__ import annotations


def N_(text: str) -> str:
    """Mark a sentence for translation; it is translated when it is shown."""
    return text


class DomainError(Exception):
    """A refusal. `message` is a source sentence with %(name)s places, `values` fill them, `field` is the form's."""

    message = N_("Permintaan ini tidak dapat dilakukan.")

    def __init__(self, message: str | None = None, *, field: str | None = None, **values: object) -> None:
        self.message = message or self.message
        self.field = field
        self.values = values
        super().__init__(self.message % values if values else self.message)


class NotFound(DomainError):
    """Also what a stranger hears of somebody else's letter: that it exists is not told."""

    message = N_("Halaman atau surat ini tidak ditemukan.")


class Forbidden(DomainError):
    message = N_("Anda tidak berwenang melakukan tindakan ini.")


class BadToken(DomainError):
    """Another system came without a token that counts."""

    message = N_("Token tidak ada atau tidak berlaku.")


class Unreadable(DomainError):
    """Another system sent what cannot be read at all."""

    message = N_("Permintaan ini tidak dapat dibaca.")


class NoScope(Forbidden):
    """The token counts, but not for this."""

    message = N_("Token ini tidak mempunyai cakupan %(scope)s.")


class Conflict(DomainError):
    message = N_("Keadaan surat ini sudah berubah. Muat ulang halaman, lalu periksa kembali.")


class Invalid(DomainError):
    message = N_("Isian ini belum benar.")


class WrongCode(Invalid):
    message = N_("Kode autentikator salah.")


class TooMany(DomainError):
    message = N_("Terlalu banyak percobaan. Coba lagi dalam %(minutes)s menit.")

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        super().__init__(minutes=max(1, round(seconds / 60)))


class Locked(DomainError):
    """The official's key cannot be opened in this session."""

    message = N_("Kunci tanda tangan Anda belum terbuka di perangkat ini. Keluar, lalu masuk lagi dengan kata sandi.")
