// The chat.
import "./page.js";
import "./composer.js";
import "./scrolling.js";
import { follow } from "./stream.js";

follow();
