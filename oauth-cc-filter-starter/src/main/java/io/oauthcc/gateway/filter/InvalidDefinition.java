package io.oauthcc.gateway.filter;

import java.util.List;

/**
 * A use of the filter that cannot work.
 *
 * @param place where it stands, such as {@code route 'orders'}
 * @param errors all that is wrong with it
 */
public record InvalidDefinition(String place, List<OptionError> errors) {

	public InvalidDefinition {
		errors = List.copyOf(errors);
	}

}
