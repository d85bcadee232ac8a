"""Second opinions: openssl, `cryptography` and pkilint judge what the server makes."""
