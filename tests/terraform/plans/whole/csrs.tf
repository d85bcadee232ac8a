resource "huaweicloud_ccm_csr" "mail" {
  name             = var.csr
  domain_name      = "mail.example.org"
  sans             = "imap.example.org"
  private_key_algo = "EC_P256"
  usage            = "PERSONAL"
}

data "huaweicloud_ccm_csrs" "mail" {
  name = huaweicloud_ccm_csr.mail.name
}

data "huaweicloud_ccm_csr_private_key" "mail" {
  csr_id = huaweicloud_ccm_csr.mail.id
}
