package io.oauthcc.gateway.actuate;

import java.time.Instant;
import java.util.Locale;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.oauthcc.gateway.token.TokenActivity;
import org.jspecify.annotations.Nullable;

/**
 * Why there was no token, as JSON.
 *
 * @param failure the kind
 * @param at when
 * @param message what happened, with the error code of the token endpoint
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record LastFailure(String failure, Instant at, String message) {

	static @Nullable LastFailure of(TokenActivity.@Nullable Failure failure) {
		return (failure != null)
				? new LastFailure(failure.failure().name().toLowerCase(Locale.ROOT), failure.at(), failure.message())
				: null;
	}

}
