locals {
  bucket = "cinnabar-crl"
}

resource "huaweicloud_ccm_private_ca" "root" {
  type                = "ROOT"
  key_algorithm       = "EC384"
  signature_algorithm = "SHA384"
  pending_days        = "7"
  tags                = var.tags

  distinguished_name {
    common_name         = "Example Root"
    country             = "CN"
    state               = "Sichuan"
    locality            = "Chengdu"
    organization        = "Example"
    organizational_unit = "PKI"
  }

  validity {
    type  = "YEAR"
    value = 10
  }

  crl_configuration {
    enabled         = var.crl
    obs_bucket_name = var.crl ? local.bucket : null
    valid_days      = var.crl ? 7 : null
  }
}

# One CA may stand below this one.
resource "huaweicloud_ccm_private_ca" "policy" {
  type                = "SUBORDINATE"
  issuer_id           = huaweicloud_ccm_private_ca.root.id
  key_algorithm       = "EC256"
  signature_algorithm = "SHA384"
  pending_days        = "7"
  path_length         = 1
  tags                = var.tags

  distinguished_name {
    common_name         = "Example Policy CA"
    country             = "CN"
    state               = "Sichuan"
    locality            = "Chengdu"
    organization        = "Example"
    organizational_unit = "PKI"
  }

  validity {
    type  = "YEAR"
    value = 5
  }

  crl_configuration {
    enabled         = var.crl
    crl_name        = var.crl ? "policy" : null
    obs_bucket_name = var.crl ? local.bucket : null
    valid_days      = var.crl ? 10 : null
  }
}

# None below this one: its path length is left to the server, its usages are not.
resource "huaweicloud_ccm_private_ca" "issuing" {
  type                = "SUBORDINATE"
  issuer_id           = huaweicloud_ccm_private_ca.policy.id
  key_algorithm       = "RSA2048"
  signature_algorithm = "SHA256"
  pending_days        = "7"
  key_usages          = ["digitalSignature", "keyCertSign", "cRLSign"]
  action              = var.action

  distinguished_name {
    common_name         = "Example Issuing CA"
    country             = "CN"
    state               = "Sichuan"
    locality            = "Chengdu"
    organization        = "Example"
    organizational_unit = "Web"
  }

  validity {
    type  = "MONTH"
    value = 24
  }

  crl_configuration {
    enabled         = var.crl
    obs_bucket_name = var.crl ? local.bucket : null
    valid_days      = var.crl ? 7 : null
  }
}

# To be revoked.
resource "huaweicloud_ccm_private_ca" "retired" {
  type                = "SUBORDINATE"
  issuer_id           = huaweicloud_ccm_private_ca.root.id
  key_algorithm       = "EC256"
  signature_algorithm = "SHA256"
  pending_days        = "7"

  distinguished_name {
    common_name         = "Example Retired CA"
    country             = "CN"
    state               = "Sichuan"
    locality            = "Chengdu"
    organization        = "Example"
    organizational_unit = "PKI"
  }

  validity {
    type  = "DAY"
    value = 300
  }
}

resource "huaweicloud_ccm_private_ca" "sm2" {
  type                = "ROOT"
  key_algorithm       = "SM2"
  signature_algorithm = "SM3"
  pending_days        = "7"

  distinguished_name {
    common_name         = "Example SM2 Root"
    country             = "CN"
    state               = "Sichuan"
    locality            = "Chengdu"
    organization        = "Example"
    organizational_unit = "PKI"
  }

  validity {
    type  = "YEAR"
    value = 10
  }
}

resource "huaweicloud_ccm_private_ca_switch_ocsp" "issuing" {
  ca_id       = huaweicloud_ccm_private_ca.issuing.id
  ocsp_switch = var.ocsp
}

resource "huaweicloud_ccm_private_ca_revoke" "retired" {
  count  = var.revoked ? 1 : 0
  ca_id  = huaweicloud_ccm_private_ca.retired.id
  reason = "CESSATION_OF_OPERATION"
}
