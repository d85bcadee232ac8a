import java.io.FileInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.Security;
import java.security.cert.CertPath;
import java.security.cert.CertPathValidator;
import java.security.cert.CertStore;
import java.security.cert.CertificateFactory;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Date;
import java.util.List;
import java.util.Set;

import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.ocsp.BasicOCSPResp;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.CertificateStatus;
import org.bouncycastle.cert.ocsp.OCSPReq;
import org.bouncycastle.cert.ocsp.OCSPReqBuilder;
import org.bouncycastle.cert.ocsp.OCSPResp;
import org.bouncycastle.cert.ocsp.RevokedStatus;
import org.bouncycastle.cert.ocsp.SingleResp;
import org.bouncycastle.cert.ocsp.UnknownStatus;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.ContentVerifierProvider;
import org.bouncycastle.operator.DigestCalculatorProvider;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;

/** What Bouncy Castle says of a chain, a CRL, an OCSP answer or a keystore; status 1 is a refusal. */
public final class Judge {
    private static final String BC = BouncyCastleProvider.PROVIDER_NAME;

    public static void main(String[] arguments) throws Exception {
        Security.addProvider(new BouncyCastleProvider());
        try {
            List<String> files = List.of(arguments).subList(1, arguments.length);
            switch (arguments[0]) {
                case "chain" -> chain(files);
                case "crl" -> crl(files);
                case "ocsp-request" -> request(files);
                case "ocsp" -> ocsp(files);
                case "keystore" -> keystore(files);
                default -> throw new IllegalArgumentException(arguments[0]);
            }
        } catch (Exception refusal) {
            for (Throwable cause = refusal; cause != null; cause = cause.getCause()) {
                System.out.println("refused: " + cause);
            }
            System.exit(1);
        }
    }

    /** ANCHOR, CHAIN without it (leaf first), CRLs. */
    private static void chain(List<String> files) throws Exception {
        X509Certificate anchor = certificate(files.get(0));
        CertPath path = factory().generateCertPath(new ArrayList<>(certificates(files.get(1))));
        PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(anchor, null)));
        List<X509CRL> crls = new ArrayList<>();
        for (String file : files.subList(2, files.size())) {
            crls.add(readCrl(file));
        }
        parameters.setRevocationEnabled(!crls.isEmpty());
        parameters.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(crls)));
        CertPathValidator.getInstance("PKIX", BC).validate(path, parameters);
        System.out.println("chain holds");
    }

    /** ISSUER, CRL. */
    private static void crl(List<String> files) throws Exception {
        X509CRL crl = readCrl(files.get(1));
        X509Certificate issuer = certificate(files.get(0));
        crl.verify(issuer.getPublicKey(), BC);
        require(crl.getIssuerX500Principal().equals(issuer.getSubjectX500Principal()), "another issuer");
        Date now = new Date();
        require(!crl.getThisUpdate().after(now) && crl.getNextUpdate().after(now), "not of now");
        System.out.println("crl holds");
        if (crl.getRevokedCertificates() != null) {
            crl.getRevokedCertificates().forEach(one -> System.out.println("revoked " + one.getSerialNumber().toString(16)));
        }
    }

    /** ISSUER, LEAF, the file whose text names where to write, the file whose text names the digest. */
    private static void request(List<String> files) throws Exception {
        CertificateID id = new CertificateID(
            digests().get(digest(Files.readString(Path.of(files.get(3))))),
            holder(files.get(0)),
            holder(files.get(1)).getSerialNumber());
        byte[] nonce = new byte[32];
        new SecureRandom().nextBytes(nonce);
        Extension extension = new Extension(
            OCSPObjectIdentifiers.id_pkix_ocsp_nonce, false, new DEROctetString(new DEROctetString(nonce).getEncoded()));
        OCSPReq request = new OCSPReqBuilder()
            .addRequest(id)
            .setRequestExtensions(new Extensions(extension))
            .build();
        Files.write(Path.of(Files.readString(Path.of(files.get(2)))), request.getEncoded());
    }

    private static AlgorithmIdentifier digest(String name) {
        return switch (name) {
            case "sha1" -> CertificateID.HASH_SHA1;
            case "sha256" -> new AlgorithmIdentifier(new ASN1ObjectIdentifier("2.16.840.1.101.3.4.2.1"));
            case "sm3" -> new AlgorithmIdentifier(new ASN1ObjectIdentifier("1.2.156.10197.1.401"));
            default -> throw new IllegalArgumentException(name);
        };
    }

    /** ISSUER, LEAF, REQUEST, ANSWER. */
    private static void ocsp(List<String> files) throws Exception {
        X509CertificateHolder issuer = holder(files.get(0));
        OCSPReq request = new OCSPReq(read(files.get(2)));
        OCSPResp outer = new OCSPResp(read(files.get(3)));
        require(outer.getStatus() == OCSPResp.SUCCESSFUL, "status " + outer.getStatus());
        BasicOCSPResp answer = (BasicOCSPResp) outer.getResponseObject();

        X509CertificateHolder[] sent = answer.getCerts();
        require(sent.length == 1, sent.length + " certificates in the answer");
        X509CertificateHolder responder = sent[0];
        require(responder.isSignatureValid(verifier(issuer)), "the responder is not the issuer's");
        require(responder.isValidOn(new Date()), "the responder is not valid now");
        require(
            ExtendedKeyUsage.fromExtensions(responder.getExtensions()).hasKeyPurposeId(KeyPurposeId.id_kp_OCSPSigning),
            "the responder may not sign answers");
        require(responder.getExtension(OCSPObjectIdentifiers.id_pkix_ocsp_nocheck) != null, "no id-pkix-ocsp-nocheck");
        require(answer.isSignatureValid(verifier(responder)), "the answer's signature");

        Extension asked = request.getExtension(OCSPObjectIdentifiers.id_pkix_ocsp_nonce);
        if (asked != null) {
            require(asked.equals(answer.getExtension(OCSPObjectIdentifiers.id_pkix_ocsp_nonce)), "another nonce");
        }
        SingleResp[] singles = answer.getResponses();
        require(singles.length == 1, singles.length + " answers");
        SingleResp single = singles[0];
        CertificateID id = single.getCertID();
        require(id.equals(request.getRequestList()[0].getCertID()), "an answer about another certificate");
        require(id.matchesIssuer(issuer, digests()), "an answer about another issuer");
        require(id.getSerialNumber().equals(holder(files.get(1)).getSerialNumber()), "an answer about another serial");
        Date now = new Date();
        require(!single.getThisUpdate().after(now) && single.getNextUpdate().after(now), "not of now");
        System.out.println(status(single.getCertStatus()));
    }

    private static String status(CertificateStatus status) {
        if (status == CertificateStatus.GOOD) {
            return "good";
        }
        if (status instanceof RevokedStatus revoked) {
            return "revoked " + (revoked.hasRevocationReason() ? revoked.getRevocationReason() : 0);
        }
        return status instanceof UnknownStatus ? "unknown" : status.toString();
    }

    /** KEYSTORE, the files whose texts are its type and its password. */
    private static void keystore(List<String> files) throws Exception {
        KeyStore store = KeyStore.getInstance(Files.readString(Path.of(files.get(1))), BC);
        char[] password = Files.readString(Path.of(files.get(2))).toCharArray();
        try (InputStream in = new FileInputStream(files.get(0))) {
            store.load(in, password);
        }
        for (String alias : Collections.list(store.aliases())) {
            if (store.isKeyEntry(alias)) {
                require(store.getKey(alias, password) != null, "no key");
                System.out.println("key " + alias + " with " + store.getCertificateChain(alias).length + " certificates");
            } else {
                System.out.println("certificate " + alias);
            }
        }
    }

    private static ContentVerifierProvider verifier(X509CertificateHolder signer) throws Exception {
        return new JcaContentVerifierProviderBuilder().setProvider(BC).build(signer);
    }

    private static DigestCalculatorProvider digests() throws Exception {
        return new JcaDigestCalculatorProviderBuilder().setProvider(BC).build();
    }

    private static CertificateFactory factory() throws Exception {
        return CertificateFactory.getInstance("X.509", BC);
    }

    @SuppressWarnings("unchecked")
    private static Collection<X509Certificate> certificates(String file) throws Exception {
        try (InputStream in = new FileInputStream(file)) {
            return (Collection<X509Certificate>) (Collection<?>) factory().generateCertificates(in);
        }
    }

    private static X509Certificate certificate(String file) throws Exception {
        return certificates(file).iterator().next();
    }

    private static X509CertificateHolder holder(String file) throws Exception {
        return new X509CertificateHolder(certificate(file).getEncoded());
    }

    private static X509CRL readCrl(String file) throws Exception {
        try (InputStream in = new FileInputStream(file)) {
            return (X509CRL) factory().generateCRL(in);
        }
    }

    private static byte[] read(String file) throws Exception {
        return Files.readAllBytes(Path.of(file));
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalStateException(otherwise);
        }
    }

    static {
        // Texts of refusals in one language on every machine.
        java.util.Locale.setDefault(java.util.Locale.ROOT);
        System.setOut(new java.io.PrintStream(System.out, true, StandardCharsets.UTF_8));
    }
}
