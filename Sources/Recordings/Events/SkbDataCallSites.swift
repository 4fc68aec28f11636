/// Call sites at which the kernel allocates skb data. Since Linux 6.3 the kernel rounds the size up to a size class before it
/// calls kmalloc (kmalloc_reserve in net/core/skbuff.c), so that the request does not show the size that was needed.
///
/// A compiler may inline kmalloc_reserve into its callers, which also allocate heads. Therefore a request from these call
/// sites is skb data only if its requested and allocated bytes are equal.
public enum SkbDataCallSites {
  /// Name of the cache of the data of small packets, which these call sites also allocate from.
  public static let smallDataCache = "skbuff_small_head"

  private static let functions: Set = ["kmalloc_reserve", "__kmalloc_reserve", "__alloc_skb", "pskb_expand_head"]

  /// Returns whether a symbol is one of these call sites.
  /// - Parameter symbol: Function with offset and size (`function+0x1d/0x60`), or a function alone.
  public static func contains(_ symbol: String) -> Bool {
    functions.contains(AllocatorCallSites.function(of: symbol))
  }
}
