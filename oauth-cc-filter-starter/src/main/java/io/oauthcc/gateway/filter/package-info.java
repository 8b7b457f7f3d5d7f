/**
 * The route filter, its options, the caller's credentials, the answers it writes itself.
 */
@NullMarked
package io.oauthcc.gateway.filter;

import org.jspecify.annotations.NullMarked;
