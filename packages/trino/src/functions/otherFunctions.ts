/** Functions that Trino has and this does not: a call is refused as not supported, not as unknown. */
export const otherFunctions: ReadonlySet<string> = new Set(
  `
  approx_most_frequent approx_set beta_cdf bing_tile bing_tile_at bing_tile_coordinates bing_tile_polygon
  bing_tile_quadkey bing_tile_zoom_level bing_tiles_around bitwise_xor_agg checksum classify color
  convex_hull_agg cosine_distance cosine_similarity dot_product empty_approx_set euclidean_distance
  evaluate_classifier_predictions features from_big_endian_32 from_big_endian_64 from_encoded_polyline
  from_geojson_geometry from_ieee754_32 from_ieee754_64 from_iso8601_timestamp_nanos from_unixtime_nanos
  geometry_from_hadoop_shape geometry_invalid_reason geometry_nearest_points geometry_to_bing_tiles
  geometry_union geometry_union_agg great_circle_distance hash_counts human_readable_seconds
  intersection_cardinality inverse_beta_cdf inverse_normal_cdf inverse_t_cdf jaccard_index kurtosis
  learn_classifier learn_libsvm_classifier learn_libsvm_regressor learn_regressor line_interpolate_point
  line_interpolate_points line_locate_point listagg make_set_digest merge merge_set_digest murmur3
  normal_cdf numeric_histogram objectid objectid_timestamp parse_duration parse_presto_data_size qdigest_agg
  quantile_at_value quantiles_at_values reduce_agg regr_avgx regr_avgy regr_count regr_r2 regr_sxx regr_sxy
  regr_syy regress render rgb simplify_geometry skewness soundex spatial_partitioning spatial_partitions
  spooky_hash_v2_32 spooky_hash_v2_64 st_area st_asbinary st_astext st_boundary st_buffer st_centroid
  st_contains st_convexhull st_coorddim st_crosses st_difference st_dimension st_disjoint st_distance
  st_endpoint st_envelope st_envelopeaspts st_equals st_exteriorring st_geometries st_geometryfromtext
  st_geometryn st_geometrytype st_geomfrombinary st_interiorringn st_interiorrings st_intersection
  st_intersects st_isclosed st_isempty st_isring st_issimple st_isvalid st_length st_linefromtext
  st_linestring st_multipoint st_numgeometries st_numinteriorring st_numpoints st_overlaps st_point
  st_pointn st_points st_polygon st_relate st_startpoint st_symdifference st_touches st_union st_within st_x
  st_xmax st_xmin st_y st_ymax st_ymin t_cdf t_pdf tdigest_agg timestamp_objectid to_big_endian_32
  to_big_endian_64 to_encoded_polyline to_geojson_geometry to_geometry to_ieee754_32 to_ieee754_64
  to_milliseconds to_spherical_geography trimmed_mean value_at_quantile values_at_quantiles version
  wilson_interval_lower wilson_interval_upper word_stem xxhash64
  `
    .trim()
    .split(/\s+/),
);
