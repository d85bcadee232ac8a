"""The Terraform provider's sequences of requests, replayed without Terraform."""
