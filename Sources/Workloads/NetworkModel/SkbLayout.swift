/// Sizes of socket buffers, after Linux 6.18 on x86-64; each constant names the kernel source file it comes from.
public enum SkbLayout {
  /// `sizeof(struct skb_shared_info)` (include/linux/skbuff.h), cache-line aligned: behind the data of every buffer.
  public static let sharedInfoBytes = 320
  /// Objects of skbuff_small_head, SKB_SMALL_HEAD_CACHE_SIZE (net/core/skbuff.c): data and shared info in one.
  public static let smallHeadBytes = 576
  /// NET_SKB_PAD (include/linux/skbuff.h): headroom that drivers leave before a packet.
  public static let receivePad = 64
  /// Headroom of a sent datagram: LL_RESERVED_SPACE of Ethernet (include/linux/netdevice.h), the 15 bytes to align it
  /// (net/ipv4/ip_output.c, __ip_append_data), and IPv4 and UDP headers.
  public static let datagramHeadroom = 16 + 15 + datagramHeaders
  /// IPv4 and UDP headers.
  public static let datagramHeaders = 20 + 8
  /// MAX_TCP_HEADER (include/net/tcp.h): the whole linear part of a TCP packet, whose payload lies in page fragments.
  public static let tcpHeaderBytes = 256
  /// ETH_HLEN (include/uapi/linux/if_ether.h).
  public static let ethernetHeaderBytes = 14
  /// SMP_CACHE_BYTES, to which SKB_DATA_ALIGN rounds (include/linux/skbuff.h).
  public static let cacheLineBytes = 64
  /// GSO_LEGACY_MAX_SIZE (include/linux/netdevice.h): the most payload that one buffer carries through the stack.
  public static let largestSegment = 65536

  /// Bytes of a data buffer that holds a payload behind some headroom: both aligned, then the shared info.
  ///
  /// The kernel rounds this up to a kmalloc class before it asks (kmalloc_reserve in net/core/skbuff.c), which is what
  /// recordings show; the model asks for what is needed, so that other classes can be seen to fit better.
  public static func dataBytes(headroom: Int, payload: Int) -> Int {
    (headroom + payload + cacheLineBytes - 1) & ~(cacheLineBytes - 1) + sharedInfoBytes
  }

  /// The kmalloc class that serves a request (mm/slab_common.c); above 8192 whole pages of a power of two.
  public static func kmallocBytes(_ bytes: Int) -> Int {
    if bytes > 64, bytes <= 96 { return 96 }
    if bytes > 128, bytes <= 192 { return 192 }
    return bytes <= 8 ? 8 : 1 << (Int.bitWidth - (bytes - 1).leadingZeroBitCount)
  }
}
