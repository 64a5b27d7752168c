"""Static files: hashed names, compressed once at build, served by whitenoise."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticStorage(CompressedManifestStaticFilesStorage):
    """A missing file is a page without a picture, never a page that fails."""

    manifest_strict = False
