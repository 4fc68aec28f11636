/// Call sites at which SLUB allocates memory for its own records: accounting vectors of slabs, sheaves, random sequences.
///
/// Their events are caused by the slabs of the recorded kernel and not by the workload. They are left out of a replay on
/// the model of SLUB and of advice.
public enum AllocatorCallSites {
  private static let functions: Set = [
    "alloc_slab_obj_exts", "alloc_empty_sheaf", "__alloc_empty_sheaf", "alloc_full_sheaf", "memcg_alloc_slab_cgroups",
    "init_cache_random_seq", "alloc_kmem_cache_cpus", "kmem_cache_prefill_sheaf",
  ]

  /// Returns whether a symbol is one of these call sites.
  /// - Parameter symbol: Function with offset and size (`function+0x1d/0x60`), or a function alone.
  public static func contains(_ symbol: String) -> Bool { functions.contains(function(of: symbol)) }

  /// Returns the function of a symbol, without its offset and the compiler's suffixes (`.isra.0`, `.constprop.0`).
  public static func function(of symbol: String) -> String { String(symbol.prefix { $0 != "+" && $0 != "." }) }
}
