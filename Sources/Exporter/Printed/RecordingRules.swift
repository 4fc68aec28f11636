/// Rules of Prometheus that add up the figures of caches, call sites and sizes.
enum RecordingRules {
  /// The rules, in YAML.
  static let text = """
    # slabscope serve --print recording-rules > /etc/prometheus/slabscope-rules.yml
    groups:
      - name: slabscope
        interval: 1m
        rules:
          # Slab memory of a host, and of each cache. Caches of the same name are added up.
          - record: instance:slabscope_slab_bytes:sum
            expr: sum by (job, instance) (slabscope_cache_slab_bytes)
          - record: instance_slab:slabscope_cache_slab_bytes:sum
            expr: sum by (job, instance, slab) (slabscope_cache_slab_bytes)
          # Slab memory of a cache on the host in the middle of the fleet.
          - record: slab:slabscope_cache_slab_bytes:median
            expr: quantile by (job, slab) (0.5, instance_slab:slabscope_cache_slab_bytes:sum)
          # Live objects of general caches of all hosts by requested size: size classes are derived from them.
          - record: bytes:slabscope_general_cache_live_objects:sum
            expr: sum by (job, bytes) (slabscope_general_cache_live_objects)
          # Live bytes by call site over all hosts.
          - record: site_slab:slabscope_profile_live_bytes:sum
            expr: sum by (job, site, slab) (slabscope_profile_live_bytes)
          # Share of the live bytes that was not requested (0 to 1), since the exporter of each host was started.
          - record: instance_slab:slabscope_rounding:ratio
            expr: |-
              1 - sum by (job, instance, slab) (slabscope_profile_live_requested_bytes)
                / (sum by (job, instance, slab) (slabscope_profile_live_bytes) > 0)

    """
}
