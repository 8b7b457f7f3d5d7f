/**
 * What parts of the filter cost, measured without HTTP.
 */
@NullMarked
package io.oauthcc.benchmark;

import org.jspecify.annotations.NullMarked;
