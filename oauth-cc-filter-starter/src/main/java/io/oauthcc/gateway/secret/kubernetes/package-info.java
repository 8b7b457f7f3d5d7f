/**
 * Values out of Kubernetes secrets.
 */
@NullMarked
package io.oauthcc.gateway.secret.kubernetes;

import org.jspecify.annotations.NullMarked;
