#!/bin/sh
# Makes the certificates of this folder anew. Needs `openssl`. Run it here: ./make.sh
set -eu
cd "$(dirname "$0")"
days=36500
sign() { # name, common name, extensions, -> name.pem and name.key
    openssl ecparam -name prime256v1 -genkey -noout | openssl pkcs8 -topk8 -nocrypt -out "$1.key"
    openssl req -new -key "$1.key" -subj "/CN=$2" -out request.tmp
    printf '%s\n' "$3" > extensions.tmp
    openssl x509 -req -in request.tmp -CA ca.pem -CAkey ca.key.tmp -CAcreateserial -CAserial serial.tmp \
        -days "$days" -sha256 -extfile extensions.tmp -out "$1.pem"
}
openssl ecparam -name prime256v1 -genkey -noout -out ca.key.tmp
openssl req -x509 -new -key ca.key.tmp -subj "/CN=Snow test authority" -days "$days" -sha256 \
    -addext "basicConstraints=critical,CA:TRUE" -addext "keyUsage=critical,keyCertSign,cRLSign" -out ca.pem
server='basicConstraints=critical,CA:FALSE
keyUsage=critical,digitalSignature
extendedKeyUsage=serverAuth
subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1'
sign server localhost "$server"
sign renewed "localhost, renewed" "$server"
# The authority's key is thrown away: nobody can sign more.
rm -f ./*.tmp
