output "root" {
  value = huaweicloud_ccm_private_ca.root.id
}

output "serial_number" {
  value = huaweicloud_ccm_private_ca.root.serial_number
}

output "web" {
  value     = data.huaweicloud_ccm_private_certificate_export.web["NGINX"].certificate
  sensitive = true
}

output "issued" {
  value = data.huaweicloud_ccm_private_certificates.issued.certificates[*].id
}
