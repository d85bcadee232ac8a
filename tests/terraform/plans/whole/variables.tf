variable "tags" {
  type    = map(string)
  default = { stage = "test", team = "red" }
}

# Are CRLs of the root and of the two CAs below it on?
variable "crl" {
  type    = bool
  default = true
}

variable "ocsp" {
  type    = bool
  default = true
}

# "enable", "disable", or nothing, which leaves the issuing CA as it is.
variable "action" {
  type    = string
  default = null
}

# Are the certificate and the CA that are made for it revoked?
variable "revoked" {
  type    = bool
  default = false
}

# Milliseconds since 1970.
variable "begins" {
  type = string
}

# The name of the certificate that has nothing else; another name is another certificate.
variable "plain" {
  type    = string
  default = "plain"
}

# The name of the CSR, which can be changed.
variable "csr" {
  type    = string
  default = "mail"
}
