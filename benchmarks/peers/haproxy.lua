-- Of HAProxy: a token for each Basic header and thread, until half a minute before it expires.
local tokens = {}

local function obtain(basic)
  local answer = core.httpclient():post {
    url = "http://127.0.0.1:9000/token",
    body = "grant_type=client_credentials",
    headers = { ["content-type"] = { "application/x-www-form-urlencoded" }, ["authorization"] = { basic } },
  }
  if answer.status ~= 200 then
    return nil
  end
  local kept = {
    header = "Bearer " .. answer.body:match('"access_token":"([^"]+)"'),
    ends = core.now().sec + tonumber(answer.body:match('"expires_in":(%d+)')) - 30,
  }
  tokens[basic] = kept
  return kept
end

local function send(txn, basic)
  local kept = basic and tokens[basic]
  if basic and (not kept or kept.ends <= core.now().sec) then
    kept = obtain(basic)
  end
  if not kept then
    txn:set_var("txn.refused", true)
    return
  end
  txn.http:req_set_header("authorization", kept.header)
end

core.register_action("gateway_token", { "http-req" }, function(txn) send(txn, "Basic @OWN@") end)
core.register_action("caller_token", { "http-req" }, function(txn) send(txn, txn.sf:req_hdr("authorization")) end)
