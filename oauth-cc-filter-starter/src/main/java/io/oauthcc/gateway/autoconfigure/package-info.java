/**
 * What a Spring Boot application gets: the filter, checked at the start.
 */
@NullMarked
package io.oauthcc.gateway.autoconfigure;

import org.jspecify.annotations.NullMarked;
