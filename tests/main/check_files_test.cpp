/// `check-config` finds what `serve` would find.
#include "main/commands.hpp"
#include "main/process.hpp"
#include "net/certificates.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

namespace latchkey {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

class CheckedFiles : public testing::Test {
 protected:
    CheckedFiles() { net::test::write_certificate("first", certificate_, key_); }

    /// What both commands say of that pair: the same.
    std::string said(const std::string& certificate, const std::string& key) const {
        const auto checked =
            test::run({"check-config", "--tls-cert", certificate, "--tls-key", key});
        const auto served = test::run(
            {"serve",
             "--listen",
             "127.0.0.1:0",
             "--operator-listen",
             "off",
             "--data",
             files_.file("data"),
             "--tls-cert",
             certificate,
             "--tls-key",
             key}
        );
        EXPECT_EQ(checked.status, exit_code::failed);
        EXPECT_EQ(served.status, exit_code::failed);
        EXPECT_EQ(served.error, checked.error);
        return checked.error;
    }

    net::test::FreshDirectory files_;
    std::string certificate_ = files_.file("certificate.pem");
    std::string key_ = files_.file("key.pem");
};

TEST_F(CheckedFiles, APairThatFitsIsTaken) {
    const auto ended = test::run({"check-config", "--tls-cert", certificate_, "--tls-key", key_});
    EXPECT_EQ(ended.status, exit_code::done) << ended.error;
    EXPECT_THAT(ended.error, IsEmpty());
}

TEST_F(CheckedFiles, ACertificateThatIsNoPemIsAFault) {
    const std::string text = files_.file("text.pem");
    std::ofstream(text) << "no certificate\n";
    EXPECT_THAT(said(text, key_), HasSubstr("fault: tls_cert (" + text + ")"));
}

TEST_F(CheckedFiles, AKeyThatIsNoPemIsAFault) {
    const std::string text = files_.file("text.pem");
    std::ofstream(text) << "no key\n";
    EXPECT_THAT(said(certificate_, text), HasSubstr("fault: tls_key (" + text + ")"));
}

TEST_F(CheckedFiles, AKeyOfAnotherCertificateIsAFault) {
    const std::string other = files_.file("other.pem");
    net::test::write_certificate("second", files_.file("second.pem"), other);
    const std::string error = said(certificate_, other);
    EXPECT_THAT(error, HasSubstr("fault: tls_key (" + other + ")"));
    EXPECT_THAT(error, HasSubstr("does not belong to the certificate"));
}

TEST_F(CheckedFiles, CommandsOnAccountsNeedNone) {
    const auto ended = test::run(
        {"user", "add", "Ada", "--password-stdin", "--data", files_.file("data")},
        "correct horse\n",
        {"LATCHKEY_TLS_CERT=/nonexistent.pem", "LATCHKEY_TLS_KEY=/nonexistent.pem"}
    );
    EXPECT_EQ(ended.status, exit_code::done) << ended.error;
}

}  // namespace
}  // namespace latchkey
