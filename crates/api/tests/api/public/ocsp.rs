//! `POST /ocsp/{ca_id}` and `GET /ocsp/{ca_id}/{base64}`

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use base64ct::{Base64, Encoding};
use pki::{Objects, PublicUrl};
use serde_json::{Value, json};
use testkit::{Answer, TestServer};
use x509::ocsp::{
    BasicResponse, CertId, CertIdHash, CertStatus, Nonce, OcspRequest, ResponseError,
};
use x509::{Certificate, SerialNumber};

const PATH: &str = "/v1/private-certificate-authorities";
const REQUEST: &str = "application/ocsp-request";

/// A server whose one root answers, and has issued one certificate.
struct Answering {
    server: TestServer,
    root: String,
    child: String,
    issuer: Certificate,
    serial: SerialNumber,
}

fn name(common_name: &str) -> Value {
    json!({ "common_name": common_name, "country": "CN", "state": "S", "locality": "L",
            "organization": "O", "organizational_unit": "U" })
}

async fn certificate(server: &TestServer, id: &str) -> Certificate {
    let exported = server.post(&format!("{PATH}/{id}/export"), json!({})).await;
    Certificate::from_pem(&exported.string("/certificate")).unwrap()
}

async fn answering() -> Answering {
    let public_url = PublicUrl::Given("http://pki.example.org".to_owned());
    let rules = pki::Settings { public_url, ..pki::Settings::default() };
    let server = TestServer::start_with(api::Settings::default(), rules).await;
    let root = json!({ "type": "ROOT", "distinguished_name": name("Root"),
        "key_algorithm": "EC256", "signature_algorithm": "SHA256",
        "validity": { "type": "YEAR", "value": 10 } });
    let root = server.post(PATH, root).await.string("/ca_id");
    let child = json!({ "type": "SUBORDINATE", "distinguished_name": name("Sub"),
        "key_algorithm": "EC256", "signature_algorithm": "SHA256", "issuer_id": root,
        "path_length": 0, "validity": { "type": "YEAR", "value": 5 } });
    let child = server.post(PATH, child).await.string("/ca_id");
    let switch = format!("{PATH}/{root}/ocsp/switch");
    let switched = server.post(&switch, json!({ "ocsp_switch": true })).await;
    assert_eq!(switched.status, StatusCode::NO_CONTENT);
    let issuer = certificate(&server, &root).await;
    let serial = certificate(&server, &child).await.serial().clone();
    Answering { server, root, child, issuer, serial }
}

impl Answering {
    fn request(&self, nonce: Option<Nonce>) -> OcspRequest {
        let issuer = (self.issuer.subject(), self.issuer.public_key().unwrap());
        OcspRequest { cert_ids: vec![CertId::new(CertIdHash::Sha1, issuer, &self.serial)], nonce }
    }

    async fn post(&self, kind: Option<&str>, body: Vec<u8>) -> Answer {
        let uri = format!("/ocsp/{}", self.root);
        let mut request = Request::builder().method(Method::POST).uri(uri);
        if let Some(kind) = kind {
            request = request.header("content-type", kind);
        }
        self.server.send_in_public(request.body(Body::from(body)).unwrap()).await
    }

    async fn get(&self, encoded: &str) -> Answer {
        self.get_unless(encoded, None).await
    }

    async fn get_unless(&self, encoded: &str, held: Option<&str>) -> Answer {
        let mut request = Request::builder().uri(format!("/ocsp/{}/{encoded}", self.root));
        if let Some(held) = held {
            request = request.header("if-none-match", held);
        }
        self.server.send_in_public(request.body(Body::empty()).unwrap()).await
    }

    fn encoded(&self) -> String {
        Base64::encode_string(&self.request(None).to_der())
    }
}

fn read(answer: &Answer) -> Result<BasicResponse, ResponseError> {
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.headers["content-type"], "application/ocsp-response");
    BasicResponse::from_der(&answer.body).unwrap()
}

fn status(answer: &Answer) -> CertStatus {
    read(answer).unwrap().responses[0].status
}

#[tokio::test]
async fn tells_good_and_after_the_revocation_revoked_at_once() {
    let world = answering().await;
    let request = world.request(None).to_der();
    assert_eq!(status(&world.post(Some(REQUEST), request.clone()).await), CertStatus::Good);

    let revoke = format!("{PATH}/{}/revoke", world.child);
    world.server.post(&revoke, json!({ "reason": "SUPERSEDED" })).await;

    for answer in [world.post(Some(REQUEST), request).await, world.get(&world.encoded()).await] {
        assert!(matches!(status(&answer), CertStatus::Revoked { .. }));
    }
}

#[tokio::test]
async fn a_request_comes_in_a_path_in_every_form() {
    let world = answering().await;
    // Serial numbers whose base64 has what is special in a path.
    let issuer = (world.issuer.subject(), world.issuer.public_key().unwrap());
    let mut octets = [0xff, 0xfb, 0xef, 0xbe, 0xff, 0xff].repeat(4);
    let special = (0..20)
        .map(|_| {
            octets.rotate_left(1);
            let serial = SerialNumber::from_random(*octets.first_chunk().unwrap());
            let cert_ids = vec![CertId::new(CertIdHash::Sha1, issuer, &serial)];
            Base64::encode_string(&OcspRequest { cert_ids, nonce: None }.to_der())
        })
        .filter(|encoded| encoded.contains('+') && encoded.contains("//"));
    let special: Vec<String> = special.take(2).chain([world.encoded()]).collect();
    assert_eq!(special.len(), 3);

    for plain in special {
        let percent = plain.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
        let lower = percent.replace("%2B", "%2b").replace("%2F", "%2f").replace("%3D", "%3d");
        for form in [plain.clone(), percent, lower] {
            let answer = world.get(&form).await;
            assert_eq!(status(&answer) == CertStatus::Good, plain == world.encoded(), "{form}");
        }
    }
}

#[tokio::test]
async fn what_proxies_may_keep_says_for_how_long() {
    let world = answering().await;

    let answer = world.get(&world.encoded()).await;

    let header = |name: &str| answer.headers[name].to_str().unwrap().to_owned();
    assert_eq!(header("cache-control"), "max-age=60, public, no-transform, must-revalidate");
    let told = read(&answer).unwrap().responses.remove(0);
    let http = |seconds: i64| {
        let since = std::time::Duration::from_secs(u64::try_from(seconds).unwrap());
        httpdate::fmt_http_date(std::time::SystemTime::UNIX_EPOCH + since)
    };
    assert_eq!(header("last-modified"), http(told.this_update.0));
    // Not later, for those who know no max-age.
    assert_eq!(header("expires"), http(told.this_update.0 + 60));
    assert_eq!(told.next_update.0 - told.this_update.0, 3600);
}

#[tokio::test]
async fn who_holds_the_answer_is_told_so() {
    let world = answering().await;
    let first = world.get(&world.encoded()).await;
    let tag = first.headers["etag"].to_str().unwrap();

    let again = world.get_unless(&world.encoded(), Some(tag)).await;

    assert_eq!((again.status, again.body.len()), (StatusCode::NOT_MODIFIED, 0));
    assert_eq!(again.headers["etag"], tag);
    assert!(again.headers.contains_key("cache-control"));
    world.server.clock.advance(1801);
    let later = world.get_unless(&world.encoded(), Some(tag)).await;
    assert_eq!(later.status, StatusCode::OK);
    assert_ne!(later.headers["etag"], tag);
}

#[tokio::test]
async fn an_answer_with_a_nonce_and_one_without_a_status_are_for_nobody_else() {
    let world = answering().await;
    let nonce = Nonce::new(&[7; 16]);

    let nonced = world.post(Some(REQUEST), world.request(nonce.clone()).to_der()).await;
    let malformed = world.post(Some(REQUEST), b"nonsense".to_vec()).await;

    assert_eq!(read(&nonced).unwrap().nonce, nonce);
    assert_eq!(read(&malformed), Err(ResponseError::MalformedRequest));
    for answer in [nonced, malformed] {
        assert_eq!(answer.headers["cache-control"], "no-store");
        assert!(!answer.headers.contains_key("etag"));
    }
}

#[tokio::test]
async fn what_is_no_base64_or_no_request_is_malformed() {
    let world = answering().await;

    for encoded in ["*", "AA", "MAA=", "%00"] {
        assert_eq!(read(&world.get(encoded).await), Err(ResponseError::MalformedRequest));
    }
    assert_eq!(read(&world.get("").await), Err(ResponseError::MalformedRequest));
}

#[tokio::test]
async fn a_post_says_that_it_is_a_request_and_keeps_within_its_bound() {
    let world = answering().await;
    let request = world.request(None).to_der();

    let with_parameter = Some("Application/OCSP-Request; charset=x");
    assert_eq!(status(&world.post(with_parameter, request.clone()).await), CertStatus::Good);
    for kind in [None, Some("application/json")] {
        let answer = world.post(kind, request.clone()).await;
        assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    }
    let answer = world.post(Some(REQUEST), vec![0; 64 * 1024 + 1]).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn an_authority_that_does_not_answer_is_unauthorized_and_a_path_that_names_none_not_found() {
    let world = answering().await;
    let send = async |uri: String| {
        let request = Request::builder().uri(uri).body(Body::empty()).unwrap();
        world.server.send_in_public(request).await
    };

    let silent = send(format!("/ocsp/{}/{}", world.child, world.encoded())).await;
    let nobody = "4c0e772e-a30c-4029-b929-b7acb04143f7";
    let absent = send(format!("/ocsp/{nobody}/{}", world.encoded())).await;

    assert_eq!(read(&silent), Err(ResponseError::Unauthorized));
    assert_eq!(read(&absent), Err(ResponseError::Unauthorized));
    assert_eq!(send("/ocsp/x/AA".to_owned()).await.status, StatusCode::NOT_FOUND);
    assert_eq!(send("/ocsp".to_owned()).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_responder_is_renewed_and_answers_that_were_kept_are_not_given_on() {
    let world = answering().await;
    let before = world.get(&world.encoded()).await;
    world.server.clock.advance(7 * 86_400);
    let lease = world.server.lease().await;

    assert_eq!(world.server.pki.renew_due_responders(10, &lease).await.unwrap(), 1);

    let after = world.get(&world.encoded()).await;
    let serial = |answer: &Answer| read(answer).unwrap().certificate.serial().clone();
    assert_ne!(serial(&before), serial(&after));
}

/// What the responder of `issuer` says of each of these, asked for in one request.
async fn statuses(server: &TestServer, issuer: &str, serials: &[SerialNumber]) -> Vec<CertStatus> {
    let own = certificate(server, issuer).await;
    let named = (own.subject(), own.public_key().unwrap());
    let hash = CertIdHash::Sm3;
    let cert_ids = serials.iter().map(|serial| CertId::new(hash, named, serial)).collect();
    let body = OcspRequest { cert_ids, nonce: None }.to_der();
    let request = Request::builder().method(Method::POST).uri(format!("/ocsp/{issuer}"));
    let request = request.header("content-type", REQUEST).body(Body::from(body)).unwrap();
    let answer = read(&server.send_in_public(request).await).unwrap();
    let responder = answer.certificate.public_key().unwrap();
    assert_eq!(answer.verify_signed_by(responder), Ok(()));
    answer.responses.into_iter().map(|response| response.status).collect()
}

/// A root that answers and a certificate below it, with the serial numbers of that.
async fn issued(server: &TestServer, key: &str, hash: &str) -> (String, String, Vec<SerialNumber>) {
    let root = json!({ "type": "ROOT", "distinguished_name": name(key), "key_algorithm": key,
        "signature_algorithm": hash, "validity": { "type": "YEAR", "value": 10 } });
    let root = server.post(PATH, root).await.string("/ca_id");
    server.post(&format!("{PATH}/{root}/ocsp/switch"), json!({ "ocsp_switch": true })).await;
    let leaf = json!({ "issuer_id": root, "distinguished_name": { "common_name": "a.example" },
        "validity": { "type": "YEAR", "value": 1 } });
    let leaf = server.post("/v1/private-certificates", leaf).await.string("/certificate_id");
    let account = server.owner.bootstrap.account.id;
    let stored = server.database.certificate(account, leaf.parse().unwrap()).await.unwrap();
    let stored = stored.unwrap().value;
    let other = stored.encryption.map(|encryption| encryption.serial);
    (root, leaf, [stored.serial].into_iter().chain(other).collect())
}

async fn delete_leaf(server: &TestServer, id: &str) {
    let path = format!("/v1/private-certificates/{id}");
    let deleted = server.call(&server.owner.token, Method::DELETE, &path, None).await;
    assert_eq!(deleted.status, StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn both_certificates_of_an_sm2_pair_are_told_also_when_their_record_is_deleted() {
    let server = TestServer::start().await;
    let (root, leaf, pair) = issued(&server, "SM2", "SM3").await;
    assert_eq!(pair.len(), 2);
    assert_eq!(statuses(&server, &root, &pair).await, [CertStatus::Good, CertStatus::Good]);

    let revoke = format!("/v1/private-certificates/{leaf}/revoke");
    server.post(&revoke, json!({ "reason": "KEY_COMPROMISE" })).await;
    let revoked = statuses(&server, &root, &pair).await;
    server.clock.advance(60);
    delete_leaf(&server, &leaf).await;

    assert!(matches!(revoked[..], [CertStatus::Revoked { .. }, CertStatus::Revoked { .. }]));
    assert_eq!(statuses(&server, &root, &pair).await, revoked);
}

#[tokio::test]
async fn a_certificate_whose_record_was_deleted_is_told_as_before() {
    let server = TestServer::start().await;
    let (root, leaf, serials) = issued(&server, "EC256", "SHA256").await;

    delete_leaf(&server, &leaf).await;

    assert_eq!(statuses(&server, &root, &serials).await, [CertStatus::Good]);
}
