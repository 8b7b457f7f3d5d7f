-- Of nginx: a token for each Basic header, kept for all workers until half a minute before it expires.
local tokens = ngx.shared.tokens
local module = {}

local function obtain(basic)
  local answer = ngx.location.capture("/token",
    { method = ngx.HTTP_POST, body = "grant_type=client_credentials", vars = { basic = basic } })
  if answer.status ~= 200 then
    return ngx.exit(answer.status == 401 and 401 or 502)
  end
  local value = "Bearer " .. answer.body:match('"access_token":"([^"]+)"')
  tokens:set(basic, value, tonumber(answer.body:match('"expires_in":(%d+)')) - 30)
  return value
end

function module.send(basic)
  if not basic then
    return ngx.exit(401)
  end
  ngx.req.set_header("Authorization", tokens:get(basic) or obtain(basic))
end

return module
