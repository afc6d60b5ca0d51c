/// Keys that Synapse's configuration has and Muster has no use for: whoever begins with Synapse's file is told so, once.
enum SynapseKeys {
    /// Whether Synapse has this key in the mapping of this path; elements of lists are written `[]`.
    static func has(_ key: String, in path: String) -> Bool {
        let path = path.replacing(/\[[0-9]+\]/, with: "[]")
        if path.isEmpty { return top.contains(Substring(key)) }
        if path.hasPrefix("instance_map.") { return key == "tls" }
        return nested[path]?.contains(key) == true
    }

    private static let nested: [String: Set<String>] = [
        "database.": ["name", "args", "txn_limit", "allow_unsafe_locale", "allow_outdated_version", "data_stores"],
        "redis.": [
            "path", "username", "use_tls", "certificate_file", "private_key_file", "ca_file", "ca_path", "password_file",
        ],
        "listeners[].": ["tls", "x_forwarded", "request_id_header", "tag", "additional_resources", "path", "mode"],
        "worker_listeners[].": ["tls", "x_forwarded", "request_id_header", "tag", "additional_resources", "path", "mode"],
        "listeners[].resources[].": ["compress"],
        "worker_listeners[].resources[].": ["compress"],
        "retention.": ["enabled", "default_policy", "allowed_lifetime_min", "allowed_lifetime_max", "purge_jobs"],
    ]

    private static let top = Set(
        """
        account_threepid_delegates account_validity admin_contact alias_creation_rules allow_device_name_lookup_over_federation \
        allow_guest_access allow_per_room_profiles allow_profile_lookup_over_federation allow_public_rooms_over_federation \
        allow_public_rooms_without_auth allowed_avatar_mimetypes allowed_local_3pids app_service_config_files auto_accept_invites auto_join_mxid_localpart \
        auto_join_rooms auto_join_rooms_for_guests autocreate_auto_join_room_preset autocreate_auto_join_rooms \
        autocreate_auto_join_rooms_federated background_updates block_non_admin_invites bcrypt_rounds caches captcha_bonus cas_config \
        cleanup_extremities_with_dummy_events client_base_url cors_origins custom_template_directory daemonize databases default_identity_server \
        default_power_level_content_override default_room_version delete_stale_devices_after disable_msisdn_registration dummy_events_threshold \
        dynamic_thumbnails email enable_3pid_changes enable_3pid_lookup enable_authenticated_media enable_group_creation enable_media_repo \
        enable_metrics enable_registration enable_registration_captcha enable_registration_without_verification enable_room_list_search \
        enable_set_avatar_url enable_set_displayname encryption_enabled_by_default_for_room_type event_cache_size events_cache_size \
        exclude_rooms_from_sync experimental_features extra_well_known_client_content federation federation_client_minimum_tls_version \
        federation_custom_ca_list federation_domain_whitelist federation_metrics_domains federation_rr_transactions_per_room_per_second \
        federation_verify_certificates federation_certificate_verification_whitelist federation_whitelist_endpoint_enabled \
        filter_timeline_limit forget_rooms_on_leave forgotten_room_retention_period form_secret form_secret_path gc_min_interval \
        gc_thresholds group_creation_prefix hs_disabled hs_disabled_message include_profile_data_on_invite inhibit_user_in_use_error \
        invite_client_location ip_range_blacklist ip_range_whitelist jwt_config key_refresh_interval limit_profile_requests_to_users_who_share_rooms \
        limit_remote_rooms limit_usage_by_mau log_config macaroon_secret_key macaroon_secret_key_path manhole_settings matrix_authentication_service \
        matrix_rtc mau_appservice_trial_days mau_limit_alerting mau_limit_reserved_threepids mau_stats_only mau_trial_days max_avatar_size \
        max_event_delay_duration max_image_pixels max_mau_value max_pending_media_uploads max_spider_size max_upload_size \
        media_retention media_storage_providers media_store_path media_upload_limits metrics_flags metrics_port modules \
        next_link_domain_whitelist nonrefreshable_access_token_lifetime notify_appservices oembed oidc_config oidc_providers old_signing_keys \
        opentracing outbound_federation_restricted_to password_config password_providers perspectives pid_file presence presence_router \
        prevent_media_downloads_from public_baseurl push rc_3pid_validation rc_admin_redaction rc_delayed_event_mgmt rc_federation rc_invites \
        rc_joins rc_joins_per_room rc_key_requests rc_login rc_media_create rc_message rc_presence rc_registration rc_registration_token_validity \
        rc_reports rc_room_creation rc_third_party_invite rc_user_directory recaptcha_private_key recaptcha_private_key_path \
        recaptcha_public_key recaptcha_public_key_path recaptcha_siteverify_api redaction_retention_period refresh_token_lifetime \
        refreshable_access_token_lifetime registration_requires_token registration_shared_secret registration_shared_secret_path \
        registrations_require_3pid remote_media_download_burst_count remote_media_download_per_second replication_torture_level report_stats \
        report_stats_endpoint request_token_inhibit_3pid_errors require_auth_for_profile_requests require_membership_for_aliases \
        restrict_public_rooms_to_local_users room_list_publication_rules room_prejoin_state saml2_config send_federation sentry serve_server_wellknown \
        server_context server_notices session_lifetime signing_key signing_key_path soft_file_limit spam_checker sso start_pushers stats stream_writers \
        suppress_key_server_warning third_party_event_rules thumbnail_sizes tls_certificate_path tls_private_key_path track_appservice_user_ips \
        track_puppeted_user_ips trusted_key_servers trusted_third_party_id_servers turn_allow_guests turn_password turn_password_path turn_shared_secret \
        turn_shared_secret_path turn_uris turn_user_lifetime turn_username ui_auth unused_expiration_time update_user_directory \
        url_preview_accept_language url_preview_enabled url_preview_ip_range_blacklist url_preview_ip_range_whitelist url_preview_url_blacklist \
        use_account_validity_in_account_status use_appservice_legacy_authorization use_frozen_dicts use_presence user_agent_suffix user_consent user_directory \
        user_ips_max_age web_client_location worker_daemonize worker_log_config worker_pid_file worker_replication_host worker_replication_http_port \
        worker_replication_http_tls worker_replication_port worker_main_http_uri
        """.split { $0 == " " || $0.isNewline })
}
