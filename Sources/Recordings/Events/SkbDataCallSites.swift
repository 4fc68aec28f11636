/// Call sites at which the kernel allocates skb data, having rounded the size up to a class (kmalloc_reserve in net/core/skbuff.c,
/// since Linux 6.3): what was needed can't be seen from the request. A compiler may have put kmalloc_reserve into its callers,
/// which also allocate heads, so that only requests without rounding count.
public enum SkbDataCallSites {
  /// The cache of the data of small packets, which are allocated there too.
  public static let smallDataCache = "skbuff_small_head"

  private static let functions: Set = ["kmalloc_reserve", "__kmalloc_reserve", "__alloc_skb", "pskb_expand_head"]

  /// Whether a symbol, as recordings have it (`function+0x1d/0x60`, or a function alone), is one of them.
  public static func contains(_ symbol: String) -> Bool {
    functions.contains(AllocatorCallSites.function(of: symbol))
  }
}
