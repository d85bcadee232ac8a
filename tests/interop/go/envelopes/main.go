// Command envelopes opens what an SM2 export carries, with github.com/emmansun/gmsm.
//
//	envelopes enveloped-key SIGNING-KEY ENVELOPE            GM/T 0009: prints the encryption key
//	envelopes signed-and-enveloped SIGNING-KEY SIGNING-CERTIFICATE ISSUER ENVELOPE   GM/T 0010: prints the content
//
// Keys are PKCS#8 PEM, certificates PEM, envelopes base64; what is found is printed in hexadecimal.
package main

import (
	"crypto/ecdsa"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/emmansun/gmsm/pkcs7"
	"github.com/emmansun/gmsm/pkcs8"
	"github.com/emmansun/gmsm/sm2"
	"github.com/emmansun/gmsm/smx509"
)

func main() {
	opened, err := open(os.Args[1:])
	if err != nil {
		fmt.Println("refused:", err)
		os.Exit(1)
	}
	fmt.Println(hex.EncodeToString(opened))
}

func open(arguments []string) ([]byte, error) {
	switch {
	case len(arguments) == 3 && arguments[0] == "enveloped-key":
		return envelopedKey(arguments[1], arguments[2])
	case len(arguments) == 5 && arguments[0] == "signed-and-enveloped":
		return signedAndEnveloped(arguments[1], arguments[2], arguments[3], arguments[4])
	}
	return nil, errors.New("see the comment of this program")
}

func envelopedKey(keyFile, envelopeFile string) ([]byte, error) {
	key, err := signingKey(keyFile)
	if err != nil {
		return nil, err
	}
	envelope, err := base64File(envelopeFile)
	if err != nil {
		return nil, err
	}
	found, err := sm2.ParseEnvelopedPrivateKey(key, envelope)
	if err != nil {
		return nil, err
	}
	return found.D.FillBytes(make([]byte, 32)), nil
}

func signedAndEnveloped(keyFile, certificateFile, issuerFile, envelopeFile string) ([]byte, error) {
	key, err := signingKey(keyFile)
	if err != nil {
		return nil, err
	}
	certificate, err := certificateOf(certificateFile)
	if err != nil {
		return nil, err
	}
	issuer, err := certificateOf(issuerFile)
	if err != nil {
		return nil, err
	}
	octets, err := base64File(envelopeFile)
	if err != nil {
		return nil, err
	}
	envelope, err := pkcs7.Parse(octets)
	if err != nil {
		return nil, err
	}
	return envelope.DecryptAndVerify(certificate, key, func() error {
		signer := envelope.GetOnlySigner()
		if signer == nil || !signer.Equal(issuer) {
			return errors.New("the signer is not the issuing CA")
		}
		return envelope.Verify()
	})
}

func signingKey(file string) (*sm2.PrivateKey, error) {
	octets, err := pemFile(file)
	if err != nil {
		return nil, err
	}
	return pkcs8.ParsePKCS8PrivateKeySM2(octets)
}

func certificateOf(file string) (*smx509.Certificate, error) {
	octets, err := pemFile(file)
	if err != nil {
		return nil, err
	}
	certificate, err := smx509.ParseCertificate(octets)
	if err != nil {
		return nil, err
	}
	if _, ok := certificate.PublicKey.(*ecdsa.PublicKey); !ok {
		return nil, errors.New("no SM2 key in " + file)
	}
	return certificate, nil
}

func pemFile(file string) ([]byte, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, errors.New("no PEM in " + file)
	}
	return block.Bytes, nil
}

func base64File(file string) ([]byte, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	return base64.StdEncoding.DecodeString(strings.Join(strings.Fields(string(text)), ""))
}
