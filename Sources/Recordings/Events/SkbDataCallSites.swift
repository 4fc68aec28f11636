/// Call sites at which the kernel allocates skb data, having rounded the size up to a class (kmalloc_reserve in net/core/skbuff.c,
/// since Linux 6.3): what was needed can't be seen from the request.
public enum SkbDataCallSites {
  private static let functions: Set = ["kmalloc_reserve", "__kmalloc_reserve"]

  /// Whether a symbol, as recordings have it (`function+0x1d/0x60`, or a function alone), is one of them.
  public static func contains(_ symbol: String) -> Bool {
    functions.contains(AllocatorCallSites.function(of: symbol))
  }
}
