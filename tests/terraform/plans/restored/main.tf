variable "deleted" {
  type = string
}

resource "huaweicloud_ccm_private_ca_restore" "this" {
  ca_id = var.deleted
}
