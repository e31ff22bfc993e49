#include "net/tls.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509err.h>

#include <array>
#include <stdexcept>

namespace latchkey::net {
namespace {

[[noreturn]] void fail_with_cause(const std::string& what) {
    std::array<char, 256> cause{};
    ERR_error_string_n(ERR_peek_last_error(), cause.data(), cause.size());
    ERR_clear_error();
    throw std::runtime_error(what + ": " + cause.data());
}

constexpr std::array<unsigned char, 9> http_1_1 = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};

/// Chooses `http/1.1` (RFC 7301), also for clients that offer only others: they find out by its
/// absence.
int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* chosen_bytes, const unsigned char* offered, unsigned offered_bytes, void*) {
    unsigned char* found = nullptr;
    const int result = SSL_select_next_proto(
        &found, chosen_bytes, http_1_1.data(), http_1_1.size(), offered, offered_bytes
    );
    *chosen = found;
    return result == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
}

}  // namespace

void TlsContext::Free::operator()(ssl_ctx_st* context) const {
    SSL_CTX_free(context);
}

TlsContext::TlsContext(const std::string& certificate_file, const std::string& key_file)
    : context_(SSL_CTX_new(TLS_server_method())) {
    SSL_CTX* const context = context_.get();
    if (context == nullptr) fail_with_cause("TLS cannot be set up");
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    SSL_CTX_set_options(
        context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE
    );
    SSL_CTX_set_mode(
        context,
        SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
            SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER
    );
    SSL_CTX_set_session_cache_mode(
        context, SSL_SESS_CACHE_OFF
    );  // tickets suffice; no memory for strangers
    SSL_CTX_set_alpn_select_cb(context, choose_protocol, nullptr);
    if (SSL_CTX_use_certificate_chain_file(context, certificate_file.c_str()) != 1) {
        fail_with_cause("the TLS certificate " + certificate_file + " cannot be read");
    }
    if (SSL_CTX_use_PrivateKey_file(context, key_file.c_str(), SSL_FILETYPE_PEM) != 1) {
        const bool stranger = ERR_GET_REASON(ERR_peek_last_error()) == X509_R_KEY_VALUES_MISMATCH;
        if (!stranger) fail_with_cause("the TLS key " + key_file + " cannot be read");
        fail_with_cause(
            "the TLS key " + key_file + " does not belong to the certificate " + certificate_file
        );
    }
}

void TlsStream::Free::operator()(ssl_st* stream) const {
    SSL_free(stream);
}

TlsStream::TlsStream(const TlsContext& context, int descriptor)
    : stream_(SSL_new(context.native())) {
    if (!stream_ || SSL_set_fd(stream_.get(), descriptor) != 1) throw std::bad_alloc();
    SSL_set_accept_state(stream_.get());
}

Transfer TlsStream::outcome(int result) {
    const int reason = SSL_get_error(stream_.get(), result);
    ERR_clear_error();
    if (reason == SSL_ERROR_WANT_READ || reason == SSL_ERROR_WANT_WRITE)
        return {Transfer::Status::would_block, 0};
    if (reason != SSL_ERROR_ZERO_RETURN) failed_ = true;
    return {Transfer::Status::closed, 0};
}

Transfer TlsStream::handshake() {
    const int result = SSL_do_handshake(stream_.get());
    if (result != 1) return outcome(result);
    ready_ = true;
    return {};
}

Transfer TlsStream::read(std::span<char> into) {
    std::size_t bytes = 0;
    const int result = SSL_read_ex(stream_.get(), into.data(), into.size(), &bytes);
    if (result != 1) return outcome(result);
    return {Transfer::Status::done, bytes};
}

Transfer TlsStream::write(std::string_view data) {
    std::size_t bytes = 0;
    const int result = SSL_write_ex(stream_.get(), data.data(), data.size(), &bytes);
    if (result != 1) return outcome(result);
    return {Transfer::Status::done, bytes};
}

void TlsStream::shut_down() {
    if (!ready_ || failed_) return;
    SSL_shutdown(stream_.get());
    ERR_clear_error();
}

}  // namespace latchkey::net
