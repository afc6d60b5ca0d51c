import AdminAPI

/// The text of an nginx configuration that sends Muster's paths to Muster and all others to the homeserver.
struct NginxConfiguration: Sendable {
    /// What nginx answers as, such as `matrix.example.org`.
    var serverName: String
    /// What nginx listens on, as its `listen` takes it.
    var listen: String
    /// Where Muster listens.
    var muster: Backend
    /// Where the homeserver listens.
    var homeserver: Backend

    /// A server behind nginx.
    struct Backend: Sendable, Equatable {
        /// `http` or `https`.
        var scheme: String
        /// `host:port`, with brackets around an IPv6 address.
        var address: String
    }

    /// What of it is printed.
    enum Part: String, CaseIterable {
        /// A whole server.
        case server
        /// What stands beside the servers: where Muster is, and which requests are its own.
        case map
        /// What stands in a server that is there already, in the place of its `location /`.
        case location
    }

    /// A part of it, as the text of a file.
    func text(_ part: Part) -> String {
        switch part {
        case .server:
            """
            # Made by `muster generate nginx`: what Muster serves goes to Muster, everything else to the homeserver.
            # For a file that nginx includes in its `http` context, such as /etc/nginx/conf.d/muster.conf.
            # Name this nginx in Muster's configuration, such as `trusted_proxies: ["127.0.0.1"]`: else its audit log has nginx's address.

            \(map)
            server {
                listen \(listen);
                server_name \(serverName);
                # For TLS: listen 443 ssl; ssl_certificate …; ssl_certificate_key …;

                # The largest upload; the homeserver's max_upload_size has the last word.
                client_max_body_size 100m;

            \(Self.indented(location))}

            """
        case .map:
            """
            # Made by `muster generate nginx --part map`: which requests are Muster's.
            # For a file that nginx includes in its `http` context, such as /etc/nginx/conf.d/muster-map.conf.

            \(map)
            """
        case .location:
            """
            # Made by `muster generate nginx --part location`: what Muster serves goes to Muster, everything else to the homeserver.
            # For the `server` of the homeserver, in the place of its `location /`; what else stands there stays. Needs `--part map`.
            # Name this nginx in Muster's configuration, such as `trusted_proxies: ["127.0.0.1"]`: else its audit log has nginx's address.

            \(location)
            """
        }
    }

    // Method and path are compared as they were sent. A `location` would compare them decoded, which neither Synapse nor Muster does, and
    // knows no methods: a room is deleted by Muster and described by the homeserver, under one path.
    private var map: String {
        """
        upstream muster_tasks {
            server \(muster.address);
            keepalive 16;
        }

        upstream muster_homeserver {
            server \(homeserver.address);
            keepalive 64;
        }

        # Method and path as they were sent.
        map "$request_method $request_uri" $muster_backend {
            default \(homeserver.scheme)://muster_homeserver;
            "~^[A-Z]+ /+_muster([/?]|$)" \(muster.scheme)://muster_tasks;
        \(SynapsePath.allCases.map { "    \"\(Self.expression($0))\" \(muster.scheme)://muster_tasks;" }.joined(separator: "\n"))
        }

        """
    }

    private var location: String {
        """
        location / {
            proxy_pass $muster_backend;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            proxy_set_header Host $host:$server_port;
            proxy_set_header X-Forwarded-For $remote_addr;
            proxy_set_header X-Forwarded-Proto $scheme;
            # The delete of a room that waits for its end may take ten minutes.
            proxy_read_timeout 660s;
            # Events and large answers pass as they come.
            proxy_buffering off;

            # When a server behind is away, clients of Matrix expect JSON.
            error_page 502 504 @away;
        }

        location @away {
            internal;
            default_type application/json;
            return 502 '{"errcode":"M_UNKNOWN","error":"The server behind this proxy does not answer; try again."}';
        }

        """
    }

    private static func indented(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { $0.isEmpty ? "" : "    " + $0 }.joined(separator: "\n")
    }

    /// The expression of one path: `^DELETE /_synapse/admin/v1/rooms/[^/?]*(\?|$)`.
    private static func expression(_ path: SynapsePath) -> String {
        let pattern = path.template.split(separator: "/", omittingEmptySubsequences: false).map {
            $0.hasPrefix("{") ? "[^/?]*" : String($0)
        }
        return "~^\(path.method == "GET" ? "(GET|HEAD)" : path.method) \(pattern.joined(separator: "/"))(\\?|$)"
    }
}
