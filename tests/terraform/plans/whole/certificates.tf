# Certificates wait for the switch: only then do they name the OCSP responder.

resource "huaweicloud_ccm_private_certificate" "web" {
  depends_on          = [huaweicloud_ccm_private_ca_switch_ocsp.issuing]
  issuer_id           = huaweicloud_ccm_private_ca.issuing.id
  key_algorithm       = "EC256"
  signature_algorithm = "SHA256"
  key_usage           = ["digitalSignature", "keyAgreement"]
  server_auth         = true
  client_auth         = true
  tags                = var.tags

  distinguished_name {
    common_name         = "www.example.org"
    country             = "DE"
    state               = "Hessen"
    locality            = "Frankfurt"
    organization        = "Example Europe"
    organizational_unit = "Web"
  }

  validity {
    type  = "DAY"
    value = 90
  }
}

# All that can be left out is left out: the name's other parts are the issuer's.
resource "huaweicloud_ccm_private_certificate" "plain" {
  issuer_id           = huaweicloud_ccm_private_ca.issuing.id
  key_algorithm       = "RSA2048"
  signature_algorithm = "SHA256"

  distinguished_name {
    common_name = var.plain
  }

  validity {
    type  = "MONTH"
    value = 1
  }
}

# Some parts of the name, an extension of the user's, and a beginning to come.
resource "huaweicloud_ccm_private_certificate" "later" {
  issuer_id               = huaweicloud_ccm_private_ca.policy.id
  key_algorithm           = "EC384"
  signature_algorithm     = "SHA256"
  key_usage               = ["digitalSignature"]
  code_signing            = true
  object_identifier       = "1.3.6.1.4.1.55555.1"
  object_identifier_value = "from the plan"

  distinguished_name {
    common_name  = "later"
    country      = "CH"
    organization = "Example Later"
  }

  validity {
    type     = "HOUR"
    value    = 48
    start_at = var.begins
  }
}

# To be revoked, and so not exported: what is revoked cannot be.
resource "huaweicloud_ccm_private_certificate" "lost" {
  depends_on          = [huaweicloud_ccm_private_ca_switch_ocsp.issuing]
  issuer_id           = huaweicloud_ccm_private_ca.issuing.id
  key_algorithm       = "EC256"
  signature_algorithm = "SHA256"
  email_protection    = true
  tags                = { owner = "nobody" }

  distinguished_name {
    common_name = "lost"
  }

  validity {
    type  = "DAY"
    value = 30
  }
}

resource "huaweicloud_ccm_private_certificate" "sm2" {
  issuer_id           = huaweicloud_ccm_private_ca.sm2.id
  key_algorithm       = "SM2"
  signature_algorithm = "SM3"

  distinguished_name {
    common_name = "sm2.example.org"
  }

  validity {
    type  = "DAY"
    value = 90
  }
}

resource "huaweicloud_ccm_private_certificate_revoke" "lost" {
  count          = var.revoked ? 1 : 0
  certificate_id = huaweicloud_ccm_private_certificate.lost.id
  reason         = "KEY_COMPROMISE"
}
