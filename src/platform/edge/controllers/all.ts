import type { EdgeConfig } from "../../../config/edge.js";
import { alb } from "./alb.js";
import { appgw } from "./appgw.js";
import { existing } from "./existing.js";
import { gke } from "./gke.js";
import { nginx } from "./nginx.js";
import { traefik } from "./traefik.js";
import type { Controller } from "./types.js";

/** The one table from a controller's name in the config to what it needs. */
export const controllers: Record<EdgeConfig["controller"], Controller> = {
  traefik,
  nginx,
  alb,
  appgw,
  gke,
  existing,
};
