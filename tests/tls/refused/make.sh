#!/bin/sh
# Makes the files of this folder anew. Needs `openssl`. Run it here: ./make.sh
set -eu
cd "$(dirname "$0")"
days=36500

# NAME: a certificate that NAME.key has signed itself, NAME.pem.
self_signed() {
    openssl req -x509 -new -key "$1.key" -subj "/CN=localhost" -days "$days" -sha256 -out "$1.pem"
}
# NAME ISSUER EXTENSIONS: a certificate for NAME.key, signed by ISSUER.
sign() {
    openssl req -new -key "$1.key" -subj "/CN=$1" -out request.tmp
    printf '%s\n' "$3" > extensions.tmp
    openssl x509 -req -in request.tmp -CA "$2.pem" -CAkey "$2.key" -CAcreateserial -CAserial serial.tmp \
        -days "$days" -sha256 -extfile extensions.tmp -out "$1.pem"
}

# Keys that nothing can be read from without a password, in both forms.
openssl ecparam -name prime256v1 -genkey -noout -out plain.tmp
openssl pkcs8 -topk8 -v2 aes256 -passout pass:snow -in plain.tmp -out encrypted.key
openssl ec -aes256 -passout pass:snow -in plain.tmp -out encrypted-in-the-old-form.key

# Keys of curves, algorithms and lengths that are not supported, with their certificates.
for curve in secp521r1 secp256k1; do
    openssl ecparam -name "$curve" -genkey -noout | openssl pkcs8 -topk8 -nocrypt -out "$curve.key"
    self_signed "$curve"
done
openssl ec -in secp521r1.key -out secp521r1-in-the-old-form.key
openssl genpkey -algorithm ED448 -out ed448.key
openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:1024 -out rsa-1024.key
openssl rsa -traditional -in rsa-1024.key -out rsa-1024-in-the-old-form.key
self_signed rsa-1024
openssl pkey -in secp256k1.key -pubout -out public.key
openssl req -new -key secp256k1.key -subj "/CN=localhost" -out request.pem

# A chain of three, in all orders that people make.
for name in root intermediate leaf; do
    openssl ecparam -name prime256v1 -genkey -noout | openssl pkcs8 -topk8 -nocrypt -out "$name.key"
done
authority='basicConstraints=critical,CA:TRUE
keyUsage=critical,keyCertSign,cRLSign'
openssl req -x509 -new -key root.key -subj "/CN=root" -days "$days" -sha256 \
    -addext "basicConstraints=critical,CA:TRUE" -addext "keyUsage=critical,keyCertSign,cRLSign" -out root.pem
sign intermediate root "$authority"
sign leaf intermediate 'basicConstraints=critical,CA:FALSE
subjectAltName=DNS:localhost'
cat leaf.pem intermediate.pem > chain.pem
cat leaf.pem intermediate.pem root.pem > chain-with-root.pem
cat intermediate.pem leaf.pem > chain-reversed.pem
cat leaf.pem root.pem intermediate.pem > chain-shuffled.pem
rm -f root.key intermediate.key root.pem intermediate.pem leaf.pem ./*.tmp
