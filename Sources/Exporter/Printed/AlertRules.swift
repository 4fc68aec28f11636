/// Alerts of Prometheus about slab memory.
enum AlertRules {
  /// The rules, in YAML.
  static let text = """
    # slabscope serve --print alert-rules > /etc/prometheus/slabscope-alerts.yml
    # They use the results of slabscope serve --print recording-rules.
    groups:
      - name: slabscope-alerts
        rules:
          # Grew by 2 % in each of the last three hours, and by 64 MiB in all: neither a load that comes and goes, nor a cache
          # that was filled once.
          - alert: SlabCacheGrowsSteadily
            expr: |-
              instance_slab:slabscope_cache_slab_bytes:sum
                > 1.02 * (instance_slab:slabscope_cache_slab_bytes:sum offset 1h)
              and instance_slab:slabscope_cache_slab_bytes:sum offset 1h
                > 1.02 * (instance_slab:slabscope_cache_slab_bytes:sum offset 2h)
              and instance_slab:slabscope_cache_slab_bytes:sum offset 2h
                > 1.02 * (instance_slab:slabscope_cache_slab_bytes:sum offset 3h)
              and instance_slab:slabscope_cache_slab_bytes:sum
                - instance_slab:slabscope_cache_slab_bytes:sum offset 3h > 67108864
            for: 15m
            labels:
              severity: warning
            annotations:
              summary: "{{ $labels.slab }} on {{ $labels.instance }} has grown for three hours"
              description: >-
                It has {{ $value | humanize1024 }}B of slab memory. slabscope leaks kernel --for 10m on the host names the
                call sites that grow.

          # More than three times the slab memory of a cache on the host in the middle, of at least five hosts.
          - alert: SlabHostIsOutlier
            expr: |-
              instance_slab:slabscope_cache_slab_bytes:sum
                > on (job, slab) group_left () (3 * slab:slabscope_cache_slab_bytes:median + 134217728)
              and on (job, slab) count by (job, slab) (instance_slab:slabscope_cache_slab_bytes:sum) >= 5
            for: 15m
            labels:
              severity: warning
            annotations:
              summary: "{{ $labels.instance }} has far more {{ $labels.slab }} than the other hosts"
              description: >-
                It has {{ $value | humanize1024 }}B, more than three times the median of the hosts. Compare the call sites of
                this host with those of another: slabscope diff a.slabprofile b.slabprofile.

          # A quarter of the live bytes of a cache with 64 MiB of them was not requested.
          - alert: SlabRoundingWaste
            expr: |-
              instance_slab:slabscope_rounding:ratio > 0.25
              and on (job, instance, slab)
                sum by (job, instance, slab) (slabscope_profile_live_bytes) > 67108864
            for: 30m
            labels:
              severity: info
            annotations:
              summary: "{{ $value | humanizePercentage }} of {{ $labels.slab }} on {{ $labels.instance }} is rounding"
              description: >-
                The requests are much smaller than the objects of the size class. slabscope advise computes classes that fit.

          # Slabs of a lower order than the preferred one: more than a tenth of a cache's slabs, or more than 100 in 15 minutes.
          - alert: SlabOrderFallbacks
            expr: |-
              sum by (job, instance, slab) (slabscope_cache_low_order_slabs) > 50
              and sum by (job, instance, slab) (slabscope_cache_low_order_slabs)
                > 0.1 * sum by (job, instance, slab) (slabscope_cache_slabs)
              or sum by (job, instance, slab) (increase(slabscope_cache_order_fallbacks_total[15m])) > 100
            for: 5m
            labels:
              severity: warning
            annotations:
              summary: "{{ $labels.slab }} on {{ $labels.instance }} gets slabs of a lower page order"
              description: >-
                The page allocator has no free blocks of the preferred order: memory is fragmented. See
                slabscope_free_blocks of this host.

    """
}
