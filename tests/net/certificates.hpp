/// Certificates that the tests make for themselves.
#pragma once

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <cstdio>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <unistd.h>

namespace latchkey::net::test {

/// A directory that goes with its owner.
class FreshDirectory {
 public:
    FreshDirectory() {
        std::string name =
            (std::filesystem::temp_directory_path() / "latchkey-net-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr)
            throw std::runtime_error("no directory for the test");
        path_ = name;
    }
    ~FreshDirectory() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    FreshDirectory(const FreshDirectory&) = delete;
    FreshDirectory& operator=(const FreshDirectory&) = delete;

    std::string file(const std::string& name) const { return (path_ / name).string(); }

 private:
    std::filesystem::path path_;
};

/// Writes a key and a certificate for `name`, signed by itself.
inline void write_certificate(
    const std::string& name, const std::string& certificate_file, const std::string& key_file
) {
    EVP_PKEY* const key = EVP_EC_gen("P-256");
    X509* const certificate = X509_new();
    X509_set_version(certificate, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
    X509_set_pubkey(certificate, key);
    X509_NAME* const subject = X509_get_subject_name(certificate);
    X509_NAME_add_entry_by_txt(
        subject, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0
    );
    X509_set_issuer_name(certificate, subject);
    X509_sign(certificate, key, EVP_sha256());

    std::FILE* out = std::fopen(certificate_file.c_str(), "w");
    PEM_write_X509(out, certificate);
    std::fclose(out);
    out = std::fopen(key_file.c_str(), "w");
    PEM_write_PrivateKey(out, key, nullptr, nullptr, 0, nullptr, nullptr);
    std::fclose(out);
    X509_free(certificate);
    EVP_PKEY_free(key);
}

}  // namespace latchkey::net::test
