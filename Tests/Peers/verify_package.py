"""Unpacks a plugin package and verifies it with nothing of ours: tarfile, hashlib and OpenSSL's Ed25519.

    verify_package.py PACKAGE PRIVATE_KEY      exits with 0 where all is right; the public key is PRIVATE_KEY.pub
"""
import hashlib
import json
import sys
import tarfile

from cryptography.hazmat.primitives import serialization

package, key_file = sys.argv[1:]
with tarfile.open(package, "r:") as archive:
    assert archive.getnames() == ["manifest.json", "library.so", "signature"], archive.getnames()
    manifest, library, signature = (
        archive.extractfile(name).read() for name in archive.getnames())

digest = hashlib.sha256(library).hexdigest()
assert json.loads(manifest)["sha256"] == digest

with open(key_file, "rb") as file:
    private = serialization.load_pem_private_key(file.read(), None)
with open(key_file + ".pub", "rb") as file:
    public = serialization.load_pem_public_key(file.read())
raw = public.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
assert raw == private.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)

head, line = signature.decode().splitlines()
assert head == "commline plugin signature 1"
kind, key, value = line.split(" ")
assert (kind, key) == ("ed25519", raw.hex())
message = f"{head}\nlibrary sha256 {digest}\nmanifest sha256 {hashlib.sha256(manifest).hexdigest()}\n"
public.verify(bytes.fromhex(value), message.encode())
assert bytes.fromhex(value) == private.sign(message.encode())
