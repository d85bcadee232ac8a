terraform {
  required_providers {
    huaweicloud = {
      source = "huaweicloud/huaweicloud"
    }
  }
}

variable "address" {
  type = string
}

variable "trusted" {
  type = string
}

# Region and access key come from the environment.
provider "huaweicloud" {
  auth_url    = "${var.address}/v3"
  cacert_file = var.trusted
  endpoints = {
    ccm = "${var.address}/"
    iam = "${var.address}/"
    scm = "${var.address}/"
  }
  # It would ask the billing of the cloud.
  skip_check_website_type = true
}
