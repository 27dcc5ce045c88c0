#include "base/secrets.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace proffer::base {
namespace {

constexpr std::size_t hash_bytes = 32;

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

}  // namespace

std::string hmac_sha256(std::string_view key, std::string_view data) {
  std::string out(hash_bytes, '\0');
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes_of(data), data.size(),
       reinterpret_cast<unsigned char*>(out.data()), nullptr);
  return out;
}

bool same_secret(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

Result<std::string> scrypt(std::string_view password, std::string_view salt, const ScryptCost& cost) {
  std::string out(hash_bytes, '\0');
  const std::uint64_t most_memory = 2 * 128 * cost.n * cost.r + (1 << 20);  // OpenSSL's own limit is 32 MiB
  const int done = EVP_PBE_scrypt(password.data(), password.size(), bytes_of(salt), salt.size(), cost.n, cost.r, cost.p,
                                  most_memory, reinterpret_cast<unsigned char*>(out.data()), out.size());
  if (done != 1) return fail(ErrorKind::internal, "scrypt refuses this cost, or there is no memory for it");
  return out;
}

}  // namespace proffer::base
