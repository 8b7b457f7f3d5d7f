package io.oauthcc.sample;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Counts the requests to the token endpoint of the demo's identity provider.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
class TokenRequestCounter extends OncePerRequestFilter {

	private final AtomicInteger requests = new AtomicInteger();

	int requests() {
		return this.requests.get();
	}

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		if (request.getRequestURI().equals("/oauth2/token")) {
			this.requests.incrementAndGet();
		}
		chain.doFilter(request, response);
	}

}
