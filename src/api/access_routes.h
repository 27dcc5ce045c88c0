// Who may call: tokens of applications, users, and their sessions.
#pragma once

#include "api/route.h"

namespace proffer::api {

base::Result<http::Response> list_tokens(Services& services, const Call& call);
base::Result<http::Response> create_token(Services& services, const Call& call);
base::Result<http::Response> revoke_token(Services& services, const Call& call);
base::Result<http::Response> list_users(Services& services, const Call& call);
base::Result<http::Response> create_user(Services& services, const Call& call);
base::Result<http::Response> delete_user(Services& services, const Call& call);

// The original's: a session for an e-mail address and a password, one for a refresh token, and the end of one.
base::Result<http::Response> login(Services& services, const Call& call);
base::Result<http::Response> renew_session(Services& services, const Call& call);
base::Result<http::Response> sign_out(Services& services, const Call& call);

}  // namespace proffer::api
