# Lists are read when everything is there.

data "huaweicloud_ccm_private_ca_agency" "this" {}

data "huaweicloud_ccm_private_ca_config_console" "this" {}

data "huaweicloud_ccm_private_cas" "subordinates" {
  depends_on = [
    huaweicloud_ccm_private_ca.issuing,
    huaweicloud_ccm_private_ca.retired,
    huaweicloud_ccm_private_ca_revoke.retired,
  ]
  type     = "SUBORDINATE"
  sort_key = "common_name"
  sort_dir = "ASC"
}

data "huaweicloud_ccm_private_certificates" "issued" {
  depends_on = [
    huaweicloud_ccm_private_certificate.web,
    huaweicloud_ccm_private_certificate.plain,
    huaweicloud_ccm_private_certificate.later,
    huaweicloud_ccm_private_certificate.lost,
    huaweicloud_ccm_private_certificate.sm2,
    huaweicloud_ccm_private_certificate_revoke.lost,
  ]
  status   = "ISSUED"
  sort_key = "common_name"
  sort_dir = "ASC"
}

data "huaweicloud_ccm_private_certificates" "by_name" {
  depends_on = [huaweicloud_ccm_private_certificate.web]
  name       = "www.example"
}

data "huaweicloud_ccm_private_cas_by_tags" "team" {
  depends_on = [huaweicloud_ccm_private_ca.policy]

  tags {
    key    = "team"
    values = [var.tags["team"]]
  }
}

data "huaweicloud_ccm_private_cas_by_tags" "named" {
  depends_on = [huaweicloud_ccm_private_ca.policy]

  matches {
    key   = "resource_name"
    value = "Policy"
  }
}

data "huaweicloud_ccm_private_certificates_by_tags" "team" {
  depends_on = [huaweicloud_ccm_private_certificate.web]

  tags {
    key    = "team"
    values = [var.tags["team"]]
  }
}

data "huaweicloud_ccm_private_ca_tags" "this" {
  depends_on = [huaweicloud_ccm_private_ca.policy]
}

data "huaweicloud_ccm_private_certificate_tags" "this" {
  depends_on = [huaweicloud_ccm_private_certificate.web, huaweicloud_ccm_private_certificate.lost]
}

data "huaweicloud_ccm_private_ca_quota" "this" {
  depends_on = [
    huaweicloud_ccm_private_ca.issuing,
    huaweicloud_ccm_private_ca.retired,
    huaweicloud_ccm_private_ca.sm2,
  ]
}

data "huaweicloud_ccm_private_certificate_quota" "this" {
  depends_on = [
    huaweicloud_ccm_private_certificate.web,
    huaweicloud_ccm_private_certificate.plain,
    huaweicloud_ccm_private_certificate.later,
    huaweicloud_ccm_private_certificate.lost,
    huaweicloud_ccm_private_certificate.sm2,
  ]
}

data "huaweicloud_ccm_private_ca_export" "root" {
  ca_id = huaweicloud_ccm_private_ca.root.id
}

data "huaweicloud_ccm_private_ca_export" "issuing" {
  ca_id = huaweicloud_ccm_private_ca.issuing.id
}

data "huaweicloud_ccm_private_certificate_export" "web" {
  for_each       = toset(["APACHE", "IIS", "NGINX", "OTHER", "TOMCAT"])
  certificate_id = huaweicloud_ccm_private_certificate.web.id
  type           = each.value
}

data "huaweicloud_ccm_private_certificate_export" "locked" {
  for_each       = toset(["IIS", "NGINX", "TOMCAT"])
  certificate_id = huaweicloud_ccm_private_certificate.plain.id
  type           = each.value
  password       = "Terraform-2026"
}

data "huaweicloud_ccm_private_certificate_export" "plain" {
  certificate_id = huaweicloud_ccm_private_certificate.plain.id
  type           = "NGINX"
}

data "huaweicloud_ccm_private_certificate_export" "later" {
  certificate_id = huaweicloud_ccm_private_certificate.later.id
  type           = "OTHER"
}

data "huaweicloud_ccm_private_certificate_export" "sm2" {
  for_each       = toset(["false", "true"])
  certificate_id = huaweicloud_ccm_private_certificate.sm2.id
  type           = "OTHER"
  sm_standard    = each.value
}
