// Package lifecycle walks the life of a CA and of a certificate with the official Go SDK, unmodified.
//
// The environment says where: the SDK's own variables name the endpoints and the access key, and
// SSL_CERT_FILE names the authority that the TLS client trusts.
package lifecycle

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"os"
	"testing"

	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/auth/global"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/sdkerr"
	ccm "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/ccm/v1"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/services/ccm/v1/model"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/services/ccm/v1/region"
)

func client(t *testing.T) *ccm.CcmClient {
	t.Helper()
	credentials, err := global.NewCredentialsBuilder().
		WithAk(environment(t, "INTEROP_ACCESS_KEY")).
		WithSk(environment(t, "INTEROP_SECRET_KEY")).
		WithIamEndpointOverride(environment(t, "INTEROP_ENDPOINT")).
		SafeBuild()
	must(t, err)
	place, err := region.SafeValueOf("cn-north-4")
	must(t, err)
	built, err := ccm.CcmClientBuilder().WithRegion(place).WithCredential(credentials).SafeBuild()
	must(t, err)
	return ccm.NewCcmClient(built)
}

func environment(t *testing.T, name string) string {
	t.Helper()
	value := os.Getenv(name)
	if value == "" {
		t.Fatalf("%s is not set", name)
	}
	return value
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func to[T any](value T) *T { return &value }

func equal[T comparable](t *testing.T, what string, got *T, want T) {
	t.Helper()
	if got == nil || *got != want {
		t.Fatalf("%s is %v, not %v", what, got, want)
	}
}

// refused says that the SDK raised its own error with this status and code.
func refused(t *testing.T, err error, status int, code string) {
	t.Helper()
	var refusal *sdkerr.ServiceResponseError
	if !errors.As(err, &refusal) {
		t.Fatalf("%v is no refusal", err)
	}
	if refusal.StatusCode != status || refusal.ErrorCode != code || refusal.RequestId == "" {
		t.Fatalf("refused with %v", refusal)
	}
}

func parse(t *testing.T, text *string) []*x509.Certificate {
	t.Helper()
	if text == nil {
		t.Fatal("no certificate")
	}
	var found []*x509.Certificate
	for rest := []byte(*text); ; {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			return found
		}
		read, err := x509.ParseCertificate(block.Bytes)
		must(t, err)
		found = append(found, read)
	}
}

func createAuthority(t *testing.T, sdk *ccm.CcmClient, name string, issuer *string) string {
	t.Helper()
	body := &model.CreateCertificateAuthorityRequestBody{
		Type: "ROOT",
		DistinguishedName: &model.DistinguishedName{
			CommonName: name, Country: "CN", State: "Sichuan", Locality: "Chengdu",
			Organization: "Example", OrganizationalUnit: "Go",
		},
		KeyAlgorithm:       "EC256",
		SignatureAlgorithm: to("SHA256"),
		Validity:           &model.Validity{Type: "YEAR", Value: 10},
		IssuerId:           issuer,
	}
	if issuer != nil {
		body.Type = "SUBORDINATE"
		body.Validity.Value = 5
	}
	made, err := sdk.CreateCertificateAuthority(&model.CreateCertificateAuthorityRequest{Body: body})
	must(t, err)
	if made.CaId == nil || made.HttpStatusCode != 200 {
		t.Fatal(made)
	}
	return *made.CaId
}

func status(t *testing.T, sdk *ccm.CcmClient, id string) *string {
	t.Helper()
	shown, err := sdk.ShowCertificateAuthority(&model.ShowCertificateAuthorityRequest{CaId: id})
	must(t, err)
	return shown.Status
}

func TestAuthorityFromCreationToItsEnd(t *testing.T) {
	sdk := client(t)
	root := createAuthority(t, sdk, "Go Root", nil)
	ca := createAuthority(t, sdk, "Go CA", &root)
	equal(t, "status", status(t, sdk, ca), "ACTIVED")

	exported, err := sdk.ExportCertificateAuthorityCertificate(
		&model.ExportCertificateAuthorityCertificateRequest{CaId: ca})
	must(t, err)
	chain := parse(t, exported.CertificateChain)
	if len(chain) != 1 || parse(t, exported.Certificate)[0].CheckSignatureFrom(chain[0]) != nil {
		t.Fatal(exported)
	}

	tag := []model.ResourceTag{{Key: "made", Value: "by Go"}}
	_, err = sdk.BatchCreateCaTags(&model.BatchCreateCaTagsRequest{
		CaId: ca, Body: &model.BatchOperateTagRequestBody{Tags: tag}})
	must(t, err)
	tags, err := sdk.ListCaTags(&model.ListCaTagsRequest{CaId: ca})
	must(t, err)
	if tags.Tags == nil || len(*tags.Tags) != 1 || (*tags.Tags)[0] != tag[0] {
		t.Fatal(tags)
	}

	_, err = sdk.DisableCertificateAuthority(&model.DisableCertificateAuthorityRequest{CaId: ca})
	must(t, err)
	equal(t, "status", status(t, sdk, ca), "DISABLED")
	_, err = sdk.DeleteCertificateAuthority(
		&model.DeleteCertificateAuthorityRequest{CaId: ca, PendingDays: "7"})
	must(t, err)
	equal(t, "status", status(t, sdk, ca), "DELETED")
	_, err = sdk.RestoreCertificateAuthority(&model.RestoreCertificateAuthorityRequest{CaId: ca})
	must(t, err)
	_, err = sdk.EnableCertificateAuthority(&model.EnableCertificateAuthorityRequest{CaId: ca})
	must(t, err)
	equal(t, "status", status(t, sdk, ca), "ACTIVED")
	_, err = sdk.RevokeCertificateAuthority(&model.RevokeCertificateAuthorityRequest{
		CaId: ca, Body: &model.RevokeCertificateRequestBody{Reason: to("SUPERSEDED")}})
	must(t, err)
	equal(t, "status", status(t, sdk, ca), "REVOKED")
	_, err = sdk.DeleteCertificateAuthority(
		&model.DeleteCertificateAuthorityRequest{CaId: ca, PendingDays: "7"})
	must(t, err)
	_, err = sdk.ShowCertificateAuthority(&model.ShowCertificateAuthorityRequest{CaId: ca})
	refused(t, err, 404, "PCA.10010002")
}

func TestCertificateFromIssueToDeletion(t *testing.T) {
	sdk := client(t)
	root := createAuthority(t, sdk, "Go Issuing Root", nil)
	ca := createAuthority(t, sdk, "Go Issuing CA", &root)
	made, err := sdk.CreateCertificate(&model.CreateCertificateRequest{
		Body: &model.CreateCertificateRequestBody{
			IssuerId:          ca,
			DistinguishedName: &model.CertDistinguishedName{CommonName: "go.example.org"},
			Validity:          &model.Validity{Type: "DAY", Value: 30},
			SubjectAlternativeNames: &[]model.SubjectAlternativeName{
				{Type: "DNS", Value: "go.example.org"}},
			ExtendedKeyUsage: &model.ExtendedKeyUsage{ServerAuth: to(true)},
		}})
	must(t, err)
	id := *made.CertificateId

	shown, err := sdk.ShowCertificate(&model.ShowCertificateRequest{CertificateId: id})
	must(t, err)
	equal(t, "status", shown.Status, "ISSUED")
	equal(t, "issuer", shown.IssuerName, "Go Issuing CA")

	exported, err := sdk.ExportCertificate(&model.ExportCertificateRequest{
		CertificateId: id, Body: &model.ExportCertificateRequestBody{IsCompressed: "false", Type: "NGINX"}})
	must(t, err)
	if _, err := tls.X509KeyPair([]byte(*exported.Certificate), []byte(*exported.PrivateKey)); err != nil {
		t.Fatal(err)
	}
	verify(t, exported, "go.example.org")

	listed, err := sdk.ListCertificate(&model.ListCertificateRequest{Name: to("go.example.org")})
	must(t, err)
	if *listed.Total != 1 || (*listed.Certificates)[0].CertificateId != id {
		t.Fatal(listed)
	}

	_, err = sdk.RevokeCertificate(&model.RevokeCertificateRequest{
		CertificateId: id, Body: &model.RevokeCertificateRequestBody{}})
	must(t, err)
	shown, err = sdk.ShowCertificate(&model.ShowCertificateRequest{CertificateId: id})
	must(t, err)
	equal(t, "status", shown.Status, "REVOKED")
	_, err = sdk.DeleteCertificate(&model.DeleteCertificateRequest{CertificateId: id})
	must(t, err)
	_, err = sdk.ShowCertificate(&model.ShowCertificateRequest{CertificateId: id})
	refused(t, err, 404, "PCA.10010002")
}

// verify is crypto/x509's own opinion of an exported certificate, its chain and its name.
func verify(t *testing.T, exported *model.ExportCertificateResponse, name string) {
	t.Helper()
	leaf := parse(t, exported.Certificate)[0]
	chain := parse(t, exported.CertificateChain)
	roots, between := x509.NewCertPool(), x509.NewCertPool()
	roots.AddCert(chain[len(chain)-1])
	for _, one := range chain[:len(chain)-1] {
		between.AddCert(one)
	}
	_, err := leaf.Verify(x509.VerifyOptions{Roots: roots, Intermediates: between, DNSName: name})
	must(t, err)
}

func TestCertificateForARequestMadeHere(t *testing.T) {
	sdk := client(t)
	root := createAuthority(t, sdk, "Go CSR Root", nil)
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	der, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{
		Subject: pkix.Name{CommonName: "csr.example.org"}, DNSNames: []string{"csr.example.org"}}, key)
	must(t, err)
	csr := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: der}))

	parsed, err := sdk.ParseCertificateSigningRequest(&model.ParseCertificateSigningRequestRequest{
		Body: &model.ParseCertificateSigningRequestRequestBody{Csr: csr}})
	must(t, err)
	equal(t, "common name", &parsed.DistinguishedName.CommonName, "csr.example.org")

	made, err := sdk.CreateCertificateByCsr(&model.CreateCertificateByCsrRequest{
		Body: &model.CreateCertificateByCsrRequestBody{
			IssuerId: root, Csr: csr, Validity: &model.Validity{Type: "MONTH", Value: 1}}})
	must(t, err)
	exported, err := sdk.ExportCertificate(&model.ExportCertificateRequest{
		CertificateId: *made.CertificateId,
		Body:          &model.ExportCertificateRequestBody{IsCompressed: "false", Type: "OTHER"}})
	must(t, err)
	if exported.PrivateKey != nil && *exported.PrivateKey != "" {
		t.Fatal("a private key of nobody's")
	}
	verify(t, exported, "csr.example.org")
	if !key.PublicKey.Equal(parse(t, exported.Certificate)[0].PublicKey) {
		t.Fatal("another key")
	}
}
