#include "tls.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <semaphore.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>
#include <thread>
#include <utility>
#include <vector>

#include "log.hpp"
#include "program.hpp"

namespace denizen {
namespace {

constexpr int kUsage = 2;

struct Deletes {
  void operator()(BIO* bio) const { BIO_free(bio); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(X509_STORE* store) const { X509_STORE_free(store); }
  void operator()(X509_STORE_CTX* context) const { X509_STORE_CTX_free(context); }
  void operator()(STACK_OF(X509)* stack) const { sk_X509_free(stack); }
};

template <typename T>
using Owned = std::unique_ptr<T, Deletes>;

using Certificates = std::vector<Owned<X509>>;

/// How the user calls the program that has started us, for hints.
std::string command() {
  const char* value = std::getenv("DENIZEN_COMMAND");
  return value == nullptr || *value == '\0' ? "deno task" : value;
}

std::string renewal() { return command() + " certificates makes a new one"; }

Failure refusal(const std::string& file, const std::string& flag,
                const std::string& why) {
  return Failure(kUsage,
                 "Cannot use \"" + file + "\" (" + flag + ") for TLS: " + why);
}

std::string read_file(const std::string& file, const std::string& flag) {
  errno = 0;
  std::ifstream input(file, std::ios::binary);
  std::ostringstream text;
  // Nothing can be copied from an empty file, and that is no error of the file.
  if (input && (input.peek() == std::ifstream::traits_type::eof() ||
                text << input.rdbuf())) {
    if (!input.bad()) return text.str();
  }
  throw refusal(file, flag,
                errno == ENOENT   ? "there is no such file"
                : errno == EACCES ? "this program may not read it"
                                  : std::strerror(errno == 0 ? EIO : errno));
}

Owned<BIO> open_text(const std::string& text) {
  return Owned<BIO>(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

Certificates certificates_in(const std::string& text, const std::string& file,
                             const std::string& flag) {
  const auto input = open_text(text);
  Certificates found;
  while (auto* next = PEM_read_bio_X509(input.get(), nullptr, nullptr, nullptr)) {
    found.emplace_back(next);
  }
  if (found.empty()) {
    throw refusal(file, flag, "it has no certificate; " + renewal());
  }
  return found;
}

/// Refuses to ask a person for the password of a key.
int no_password(char*, int, int, void*) { return -1; }

/// Why the program's certificate does not hold; empty if it does.
std::string chain_problem(const Certificates& authorities,
                          const Certificates& chain, const std::string& ca) {
  const Owned<X509_STORE> store(X509_STORE_new());
  for (const auto& each : authorities) {
    X509_STORE_add_cert(store.get(), each.get());
  }
  const Owned<STACK_OF(X509)> between(sk_X509_new_null());
  for (std::size_t each = 1; each < chain.size(); each++) {
    sk_X509_push(between.get(), chain[each].get());
  }
  const Owned<X509_STORE_CTX> context(X509_STORE_CTX_new());
  X509_STORE_CTX_init(context.get(), store.get(), chain[0].get(), between.get());
  if (X509_verify_cert(context.get()) == 1) return "";
  const int error = X509_STORE_CTX_get_error(context.get());
  switch (error) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return "it has expired; " + renewal();
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return "it is not valid yet; " + renewal();
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_CERT_SIGNATURE_FAILURE:
      return "the CA in " + ca +
             " has not made it; give the ca.pem that it was made with";
    default:
      return X509_verify_cert_error_string(error);
  }
}

/// Reads the files, and finds out whether they go together.
TlsMaterial read_material(const TlsFlags& files) {
  TlsMaterial read;
  read.ca = read_file(files.ca, "--tls-ca");
  read.cert = read_file(files.cert, "--tls-cert");
  read.key = read_file(files.key, "--tls-key");
  const auto authorities = certificates_in(read.ca, files.ca, "--tls-ca");
  const auto chain = certificates_in(read.cert, files.cert, "--tls-cert");
  const auto key_input = open_text(read.key);
  const Owned<EVP_PKEY> key(PEM_read_bio_PrivateKey(key_input.get(), nullptr,
                                                    no_password, nullptr));
  if (!key) {
    throw refusal(files.key, "--tls-key", "it has no private key; " + renewal());
  }
  if (X509_check_private_key(chain[0].get(), key.get()) != 1) {
    throw refusal(files.key, "--tls-key",
                  "it is not the key of " + files.cert +
                      "; give both of the same service");
  }
  const auto problem = chain_problem(authorities, chain, files.ca);
  if (!problem.empty()) throw refusal(files.cert, "--tls-cert", problem);
  return read;
}

std::string from_environment(const std::string& given, const char* name) {
  const char* value = given.empty() ? std::getenv(name) : nullptr;
  return value == nullptr ? given : value;
}

bool contains(const std::string& text, const char* part) {
  return text.find(part) != std::string::npos;
}

/// Counts the hangups that nobody has heard of yet.
sem_t hangups;

}  // namespace

Identity::Identity(TlsFlags files)
    : files_(std::move(files)), material_(read_material(files_)) {}

std::shared_ptr<Identity> Identity::open(TlsFlags flags) {
  struct Named {
    std::string& file;
    const char* flag;
    const char* variable;
  };
  const Named all[] = {{flags.ca, "--tls-ca", "DENIZEN_TLS_CA"},
                       {flags.cert, "--tls-cert", "DENIZEN_TLS_CERT"},
                       {flags.key, "--tls-key", "DENIZEN_TLS_KEY"}};
  std::string missing;
  int count = 0;
  for (const auto& [file, flag, variable] : all) {
    file = from_environment(file, variable);
    if (!file.empty()) continue;
    count++;
    missing += std::string(missing.empty() ? "" : " and ") + flag + " (" +
               variable + ")";
  }
  if (count == 3) return nullptr;
  if (count > 0) {
    throw Failure(kUsage, "Cannot use TLS: " + missing +
                              (count == 1 ? " is" : " are") +
                              " missing; give all three files or none");
  }
  return std::shared_ptr<Identity>(new Identity(std::move(flags)));
}

TlsMaterial Identity::current() const {
  const std::lock_guard lock(mutex_);
  return material_;
}

void Identity::reload() {
  try {
    auto read = read_material(files_);
    const std::lock_guard lock(mutex_);
    read.generation = material_.generation + 1;
    material_ = std::move(read);
  } catch (const Failure& failure) {
    log(std::string(failure.what()) + ". Goes on with the one of before");
    return;
  }
  log("Uses the certificate of " + files_.cert);
}

void Identity::follow_hangups(std::shared_ptr<Identity> identity) {
  sem_init(&hangups, /*pshared=*/0, 0);
  struct sigaction heard = {};
  heard.sa_handler = [](int) { sem_post(&hangups); };
  heard.sa_flags = SA_RESTART;
  sigemptyset(&heard.sa_mask);
  sigaction(SIGHUP, &heard, nullptr);
  std::thread([identity = std::move(identity)] {
    for (;;) {
      if (sem_wait(&hangups) == 0) identity->reload();
    }
  }).detach();
}

std::string tls_problem(const std::string& message, const std::string& address) {
  const auto host = address.substr(0, address.rfind(':'));
  if (contains(message, "not in peer certificate") ||
      contains(message, "Hostname Verification")) {
    return "its certificate is not for " + host + ": " + command() +
           " certificates --host=" + host + " makes one that is";
  }
  if (contains(message, "certificate verify failed")) {
    return "its certificate does not hold here: it comes from another CA than "
           "this program trusts (--tls-ca), or has expired; " +
           command() + " certificates makes what belongs together";
  }
  if (contains(message, "wrong version number") ||
      contains(message, "packet length too long")) {
    return "it speaks no TLS, and this program does: give both a certificate, or "
           "neither";
  }
  if (contains(message, "alert")) {
    return "it does not accept this program's certificate: both need certificates "
           "of one CA, and neither may have expired (" +
           message + ")";
  }
  if (contains(message, "Socket closed") ||
      contains(message, "Connection reset") ||
      contains(message, "Broken pipe")) {
    return "it has ended the connection: it has stopped, or does not accept this "
           "program's certificate; its log says which";
  }
  return message;
}

}  // namespace denizen
