package io.oauthcc.gateway.soak;

import java.util.List;

/**
 * What came of a soak.
 *
 * @param findings what a gateway should not have shown
 * @param table figures, in Markdown
 * @param histogram what was on the gateway's heap at the end
 * @param log what the gateway has logged
 */
record SoakReport(List<String> findings, String table, String histogram, String log) {

}
