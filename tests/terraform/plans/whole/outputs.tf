output "root" {
  value = huaweicloud_ccm_private_ca.root.id
}

output "crl" {
  value = huaweicloud_ccm_private_ca.root.crl_configuration[0].crl_dis_point
}

output "web" {
  value     = data.huaweicloud_ccm_private_certificate_export.web["NGINX"].certificate
  sensitive = true
}

output "issued" {
  value = data.huaweicloud_ccm_private_certificates.issued.certificates[*].id
}
